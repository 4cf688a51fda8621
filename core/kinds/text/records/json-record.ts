// The text in one line of JSONL.

import type { Issue } from '../../define/issue.ts';
import type { IssueCode } from '../../issues.ts';

const DEEPEST = 64;
const BRACKET = /["\\[\]{}]/g;

type Line = { readonly path: string; readonly line?: number; readonly text: string };
type RefusedRecord = { readonly ok: false; readonly issue: Issue; readonly row: string };
type JsonRecord =
  | { readonly ok: true; readonly text: string; readonly source?: string; readonly label?: string | null }
  | RefusedRecord;

/** Columns by what they hold. */
export type RecordColumns = {
  readonly column: string;
  readonly source?: string | undefined;
  readonly label?: string | undefined;
};

/** No source or label is read where there is no column of them. A source is a string or a number; a label is a string, a number or a truth value; anything else is none. */
export function readJsonRecord(
  { path, line, text }: Line,
  { column, source, label: labelColumn }: RecordColumns,
): JsonRecord {
  const broken = (code: IssueCode, given: string, allowed?: string, at = column): RefusedRecord => ({
    ok: false,
    issue: {
      code,
      place: { path, ...(line !== undefined && { line }), ...(code !== 'text.syntax' && { column: at }) },
      given,
      ...(allowed && { allowed }),
    },
    row: text.slice(0, 16 * 1024),
  });
  const depth = depthOf(text);
  if (depth > DEEPEST) return broken('text.syntax', `nested ${depth} deep`, `at most ${DEEPEST}`);
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return broken('text.syntax', 'no valid JSON');
  }
  if (record === null || typeof record !== 'object' || Array.isArray(record))
    return broken('text.syntax', 'JSON that is no object', 'an object a line');
  const textAt = (name: string, missing: IssueCode): string | RefusedRecord => {
    const found = ownValue(record, name);
    if (found === undefined || found === null) return broken(missing, 'none', name, name);
    if (name === source && typeof found === 'number') return String(found);
    if (typeof found !== 'string') return broken('text.syntax', `${typeof found} in ${name}`, 'a string');
    return found.isWellFormed() ? found : broken('text.encoding', 'half a surrogate pair', 'whole characters', name);
  };
  const found = textAt(column, 'text.missing-column');
  if (typeof found !== 'string') return found;
  const given = source === undefined ? undefined : textAt(source, 'text.missing-source');
  if (given !== undefined && typeof given !== 'string') return given;
  const pair = { ok: true, text: found, ...(given !== undefined && { source: given }) } as const;
  if (labelColumn === undefined) return pair;
  const label = ownValue(record, labelColumn);
  return {
    ...pair,
    label: ['string', 'number', 'boolean'].includes(typeof label) ? String(label) : null,
  };
}

/** Inherited properties of a record (`toString`, ...) are not columns. */
function ownValue(record: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(record, name)?.value;
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  BRACKET.lastIndex = 0;
  for (let match = BRACKET.exec(text); match; match = BRACKET.exec(text)) {
    const [sign] = match;
    if (sign === '"') quoted = !quoted;
    else if (sign === '\\') BRACKET.lastIndex++;
    else if (!quoted) {
      depth += sign === '[' || sign === '{' ? 1 : -1;
      deepest = Math.max(deepest, depth);
    }
  }
  return deepest;
}
