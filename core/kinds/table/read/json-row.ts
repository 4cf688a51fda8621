// Converts one JSON value to a row of text cells: strict, shallow, with finite numbers and valid characters. Names such as `__proto__` are
// ordinary names.
import type { IssueCode } from '../../issues.ts';
import { TABLE_LIMITS } from '../limits.ts';
import { parseExactJson, textOfJson } from './json/exact-json.ts';
import { mayRepeatNames, repeatedName } from './json/repeated-name.ts';

const SIGN = /["\\[\]{}]/g;
/** The column of values that are no objects. */
export const VALUE_COLUMN = 'value';
/** The column of an empty name. */
const NAMELESS = '(no name)';
const SHOWN_NAME = 40;

export type JsonProblem = {
  readonly code: IssueCode;
  readonly given: string;
  readonly allowed?: string;
  readonly column?: string;
};
export type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: JsonProblem };
export type JsonCells =
  | { readonly ok: true; readonly cells: Map<string, string> }
  | { readonly ok: false; readonly problem: JsonProblem };

/** The depth is counted before anything is built. */
export function parseJsonText(text: string): Parsed {
  const problem = depthProblem(text);
  if (problem) return { ok: false, problem };
  try {
    const value = parseExactJson(text);
    const twice = mayRepeatNames(text, value) ? repeatedName(text) : undefined;
    if (twice === undefined) return { ok: true, value };
    return { ok: false, problem: { code: 'table.json-syntax', ...namedTwice(twice) } };
  } catch (error) {
    return refused('table.json-syntax', causeOf(text, error as Error), 'one JSON value a line');
  }
}

export function depthProblem(text: string): JsonProblem | undefined {
  const depth = depthOf(text);
  if (depth <= TABLE_LIMITS.jsonDepth) return undefined;
  return { code: 'table.depth', given: `nested ${depth} deep`, allowed: `at most ${TABLE_LIMITS.jsonDepth}` };
}

/** Returns `given` and `allowed` for an object that has a name twice. */
export function namedTwice(name: string): { readonly given: string; readonly allowed: string } {
  return {
    given: `the name ${JSON.stringify(name.slice(0, SHOWN_NAME))} twice in one object`,
    allowed: 'each name once',
  };
}

/** Returns the parser's message in plain words. */
function causeOf(text: string, { message }: Error): string {
  const word = /[:[,]\s*(-?Infinity|NaN|None|True|False|undefined)\b/.exec(text)?.[1];
  if (word !== undefined) return `no valid JSON: the word ${word}`;
  if (/[{,]\s*'/.test(text)) return 'no valid JSON: single quotes, where JSON has double quotes';
  if (/,\s*[}\]]/.test(text)) return 'no valid JSON: a comma before a closing bracket';
  if (/^\s*(\/\/|\/\*|#)|[{[,]\s*(\/\/|\/\*)/.test(text)) return 'no valid JSON: a comment, which JSON does not have';
  if (/^\s*data:\s*[{[]/.test(text)) return 'no valid JSON: "data:" before the value, as in a stream of events';
  if (/\}\s*\{/.test(text)) return 'no valid JSON: more than one value on the line';
  return `no valid JSON: ${message.replace(/ \(line \d+ column \d+\)$/, '').slice(0, 60)}`;
}

/** Texts as they are, other values as JSON; null is no cell. */
export function cellsOfJson(value: unknown): JsonCells {
  const entries: [string, unknown][] =
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.entries(value)
      : [[VALUE_COLUMN, value]];
  const cells = new Map<string, string>();
  for (const [name, inner] of entries) {
    const wrong = wrongIn(inner);
    if (wrong) return { ok: false, problem: { ...wrong, column: name.slice(0, TABLE_LIMITS.columnNameLength) } };
    if (name.length > TABLE_LIMITS.columnNameLength || !name.isWellFormed())
      return refused(
        'table.json-syntax',
        'a name that is too long or no text',
        `at most ${TABLE_LIMITS.columnNameLength} characters`,
      );
    if (inner !== null) cells.set(name || NAMELESS, textOfJson(inner));
  }
  return { ok: true, cells };
}

/** Inside of JSON everything is escaped, so only numbers that JSON does not know are wrong there. */
function wrongIn(value: unknown, nested = false): JsonProblem | undefined {
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : { code: 'table.non-finite', given: String(value) };
  if (typeof value === 'string') {
    if (nested) return undefined;
    if (!value.isWellFormed()) return { code: 'table.encoding', given: 'half a surrogate pair' };
    return value.includes('\0') ? { code: 'table.encoding', given: 'a zero character' } : undefined;
  }
  if (value === null || typeof value !== 'object') return undefined;
  for (const inner of Object.values(value)) {
    const wrong = wrongIn(inner, true);
    if (wrong) return wrong;
  }
  return undefined;
}

/** Brackets outside of strings. The deepest point counts, balanced or not. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  SIGN.lastIndex = 0;
  for (let match = SIGN.exec(text); match; match = SIGN.exec(text)) {
    const [sign] = match;
    if (sign === '"') quoted = !quoted;
    else if (sign === '\\') SIGN.lastIndex++;
    else if (!quoted) {
      depth += sign === '[' || sign === '{' ? 1 : -1;
      deepest = Math.max(deepest, depth);
    }
  }
  return deepest;
}

function refused(code: IssueCode, given: string, allowed?: string): { ok: false; problem: JsonProblem } {
  return { ok: false, problem: { code, given, ...(allowed !== undefined && { allowed }) } };
}
