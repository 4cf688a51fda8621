// The rows of a JSON text that is no list of lines: an array, an array within an object, columns, or values one after another.
import { parseExactJson } from './exact-json.ts';
import { plainRecord } from './plain-record.ts';

/** White space, a comma, or the record separator of RFC 7464. */
const BETWEEN = '[\\s,\\u001e]*';

/** Properties beside a list of rows, such as a count; an object with more is a row itself. */
const MOST_BESIDE_ROWS = 3;

/** Lists that programs call so hold the rows, whatever stands beside them, such as the facts of a page of many. */
const USUAL_LISTS = new Set(['data', 'results', 'records', 'rows', 'features', 'entries', 'content', 'docs', 'value']);
const MOST_BESIDE_USUAL = 12;

type Row = Record<string, unknown>;
/** `list`: the name of the list that holds the rows, with those of the objects around it: `response.items`. */
export type DocumentRows = { readonly rows: unknown[]; readonly list?: string };

/** Returns undefined if the text is no JSON value and no sequence of them. */
export function rowsOfDocument(text: string): DocumentRows | undefined {
  const found = valuesOf(text)?.map(rowsOf);
  const [first] = found ?? [];
  if (!found || !first) return undefined;
  return { rows: found.flatMap(({ rows }) => rows), ...(first.list !== undefined && { list: first.list }) };
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
export function rowsOf(value: unknown): DocumentRows {
  if (Array.isArray(value)) return { rows: fromHeader(value) ?? value };
  if (!isObject(value) || plainRecord(value).shape !== undefined) return { rows: [value] };
  const split = fromSplit(value);
  if (split) return { rows: split };
  const list = wrapped(value);
  if (list) return list;
  const columns = fromColumns(value);
  return columns ? { rows: columns } : (deeper(value) ?? { rows: [value] });
}

function isObject(value: unknown): value is Row {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** A list of one object may be a property of a row. */
function isList(value: unknown, mayBeOne = false): value is unknown[] {
  return Array.isArray(value) && value.length > (mayBeOne ? 0 : 1) && value.every(isObject);
}

function isUsual(name: string): boolean {
  return USUAL_LISTS.has(name.toLowerCase());
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

/** Returns the rows of the single property that is a list of objects, such as `data` or `features`. */
function wrapped(value: Row): DocumentRows | undefined {
  const [[list, rows] = [], ...more] = Object.entries(value).filter(([name, inner]) => isList(inner, isUsual(name)));
  if (list === undefined || more.length > 0) return undefined;
  const others = Object.values(value).filter((inner) => !Array.isArray(inner));
  const most = isUsual(list) ? MOST_BESIDE_USUAL : MOST_BESIDE_ROWS;
  return others.length > most ? undefined : { rows: rows as unknown[], list };
}

/** {"response": {"items": [...]}}: the rows of the only property that is an object with a list of objects. */
function deeper(value: Row): DocumentRows | undefined {
  const inner = Object.entries(value).flatMap(([name, one]) => (isObject(one) ? [[name, one] as const] : []));
  if (Object.keys(value).length - inner.length > MOST_BESIDE_ROWS) return undefined;
  const found = inner.flatMap(([name, one]) => {
    const rows = wrapped(one) ?? deeper(one);
    return rows ? [{ ...rows, list: `${name}.${rows.list}` }] : [];
  });
  return found.length === 1 ? found[0] : undefined;
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
