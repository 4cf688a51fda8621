// The text in one line of JSONL.

import type { Issue } from '../define/issue.ts';
import type { IssueCode } from '../issues.ts';

const DEEPEST = 64;
const BRACKET = /["\\[\]{}]/g;

type Line = { readonly path: string; readonly line?: number; readonly text: string };
type JsonRecord =
  | { readonly ok: true; readonly text: string; readonly label?: string | null }
  | { readonly ok: false; readonly issue: Issue; readonly row: string };

/** `labelColumn` undefined: no label is read. A label is a string, a number or a boolean; other values are ignored. */
export function readJsonRecord(
  { path, line, text }: Line,
  column: string,
  labelColumn: string | undefined,
): JsonRecord {
  const broken = (code: IssueCode, given: string, allowed?: string): JsonRecord => ({
    ok: false,
    issue: {
      code,
      place: { path, ...(line !== undefined && { line }), ...(code !== 'text.syntax' && { column }) },
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
  const found = ownValue(record, column);
  if (found === undefined || found === null) return broken('text.missing-column', 'none', column);
  if (typeof found !== 'string') return broken('text.syntax', `${typeof found} in ${column}`, 'a string');
  if (!found.isWellFormed()) return broken('text.encoding', 'half a surrogate pair', 'whole characters');
  if (labelColumn === undefined) return { ok: true, text: found };
  const label = ownValue(record, labelColumn);
  return {
    ok: true,
    text: found,
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
