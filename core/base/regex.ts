// Patterns that people write in rules. Matched in time linear in the text, whatever the pattern: no back-references, no look-around.
import { RE2JS } from 're2js';

const LONGEST_PATTERN = 500;
/** Instructions of the compiled pattern: `(a{1000}){1000}` would have a million. */
const LARGEST_PROGRAM = 2_000;

export type Pattern = { readonly ok: true; readonly matches: (text: string) => boolean };
export type BadPattern = { readonly ok: false; readonly reason: string };

/** The whole text must match. The syntax is RE2's, which DuckDB has too. */
export function compilePattern(source: string): Pattern | BadPattern {
  if (source.length > LONGEST_PATTERN) return { ok: false, reason: `longer than ${LONGEST_PATTERN} characters` };
  try {
    const compiled = RE2JS.compile(source);
    if (compiled.programSize() > LARGEST_PROGRAM) return { ok: false, reason: 'it repeats too much' };
    return { ok: true, matches: (text) => compiled.testExact(text) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : 'not a pattern' };
  }
}
