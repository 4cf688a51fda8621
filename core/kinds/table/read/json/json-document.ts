// The rows of a JSON text that is no list of lines: an array, an array within an object, columns, or values one after another.
import { parseExactJson } from './exact-json.ts';

/** White space, a comma, or the record separator of RFC 7464. */
const BETWEEN = '[\\s,\\u001e]*';

/** Properties beside a list of rows, such as a count; an object with more is a row itself. */
const MOST_BESIDE_ROWS = 3;

type Row = Record<string, unknown>;

/** The rows, or undefined where the text is no JSON value and no sequence of them. */
export function rowsOfDocument(text: string): unknown[] | undefined {
  const values = valuesOf(text);
  return values?.flatMap(rowsOf);
}

/** The names of the lists where one object holds several lists of rows, of which none can be left out; otherwise undefined. */
export function listsOfRows(text: string): string[] | undefined {
  if (!/^\ufeff?\s*\{/.test(text)) return undefined;
  const [value, ...others] = valuesOf(text) ?? [];
  if (!isObject(value) || others.length > 0) return undefined;
  const names = Object.keys(value).filter((name) => isList(value[name]));
  return names.length > 1 && Object.keys(value).length - names.length <= MOST_BESIDE_ROWS ? names : undefined;
}

/** Returns one value, or several separated by white space, commas or record separators. */
function valuesOf(text: string): unknown[] | undefined {
  try {
    return [parseExactJson(text)];
  } catch {
    const pieces = piecesOf(text);
    if (!pieces || pieces.length < 2) return undefined;
    try {
      return pieces.map(parseExactJson);
    } catch {
      return undefined;
    }
  }
}

/** Objects and arrays at the top level; undefined where anything else stands between them. */
function piecesOf(text: string): string[] | undefined {
  const pieces: string[] = [];
  const between = new RegExp(BETWEEN, 'y');
  for (let at = 0; at < text.length; ) {
    between.lastIndex = at;
    between.test(text);
    at = between.lastIndex;
    if (at >= text.length) break;
    const end = endOfValue(text, at);
    if (end < 0) return undefined;
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}

function endOfValue(text: string, start: number): number {
  if (text[start] !== '{' && text[start] !== '[') return -1;
  let depth = 0;
  const sign = /["\\[\]{}]/g;
  sign.lastIndex = start;
  let isQuoted = false;
  for (let match = sign.exec(text); match; match = sign.exec(text)) {
    const [found] = match;
    if (found === '\\') sign.lastIndex++;
    else if (found === '"') isQuoted = !isQuoted;
    else if (!isQuoted) {
      depth += found === '[' || found === '{' ? 1 : -1;
      if (depth === 0) return match.index + 1;
    }
  }
  return -1;
}

/** An array is its elements; an object may hold one array of rows, or columns; anything else is one row. */
export function rowsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return fromHeader(value) ?? value;
  if (!isObject(value)) return [value];
  return fromSplit(value) ?? wrapped(value) ?? fromColumns(value) ?? deeper(value) ?? [value];
}

function isObject(value: unknown): value is Row {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 1 && value.every(isObject);
}

/** [["id", "v"], [1, 2], [3, 4]] */
function fromHeader(rows: readonly unknown[]): Row[] | undefined {
  const [names, ...others] = rows;
  if (others.length === 0 || !isNames(names)) return undefined;
  const isTable = others.every((row) => Array.isArray(row) && row.length === names.length);
  return isTable ? others.map((row) => named(names, row as unknown[])) : undefined;
}

/** {"columns": ["id", "v"], "data": [[1, 2], [3, 4]]} */
function fromSplit(value: Row): Row[] | undefined {
  const { columns, data } = value;
  return isNames(columns) && Array.isArray(data) ? fromHeader([columns, ...data]) : undefined;
}

function isNames(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((name) => typeof name === 'string') &&
    new Set(value).size === value.length
  );
}

function named(names: readonly string[], cells: readonly unknown[]): Row {
  return Object.fromEntries(names.map((name, i) => [name, cells[i]]));
}

/** Returns the single property that is a list of objects, such as `data` or `features`. */
function wrapped(value: Row): unknown[] | undefined {
  const lists = Object.values(value).filter(isList);
  const others = Object.values(value).filter((inner) => !Array.isArray(inner));
  const isRow = others.length > MOST_BESIDE_ROWS;
  return lists.length === 1 && !isRow ? lists[0] : undefined;
}

/** {"response": {"items": [...]}}: the rows of the only property that is an object with a list of objects. */
function deeper(value: Row): unknown[] | undefined {
  const inner = Object.values(value).filter(isObject);
  const [only] = inner;
  const isRow = Object.keys(value).length - inner.length > MOST_BESIDE_ROWS;
  if (only === undefined || inner.length > 1 || isRow) return undefined;
  return wrapped(only) ?? deeper(only);
}

/** {"id": {"0": 7, "1": 8}, "v": {...}} as pandas writes columns, and {"id": [7, 8], "v": [...]}. */
function fromColumns(value: Row): Row[] | undefined {
  const columns = Object.entries(value);
  if (columns.length === 0) return undefined;
  const lists = columns.map(([, cells]) =>
    Array.isArray(cells) ? cells : isObject(cells) ? Object.values(cells) : [],
  );
  const length = lists[0]?.length ?? 0;
  if (
    length < 2 ||
    lists.some((list) => list.length !== length || list.some((cell) => cell !== null && typeof cell === 'object'))
  )
    return undefined;
  const keys = columns.map(([, cells]) => (Array.isArray(cells) ? '' : Object.keys(cells as Row).join()));
  if (keys.some((key) => key !== keys[0])) return undefined;
  // Keys that count are the numbers of rows; others are the names of columns.
  const isCounted = keys[0] === '' || keys[0] === Array.from({ length }, (_, i) => i).join();
  if (!isCounted) return columns.map(([, cells]) => cells as Row);
  return Array.from({ length }, (_, row) =>
    Object.fromEntries(columns.map(([name], column) => [name, lists[column]?.[row]])),
  );
}
