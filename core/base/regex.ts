// Regular expressions in user rules. RE2 matches in linear time for every pattern; it has no back-references or
// look-around.
import { RE2JS } from 're2js';

const LONGEST_PATTERN = 500;
/** Maximum number of instructions of a compiled pattern: `(a{1000}){1000}` would have a million. */
const LARGEST_PROGRAM = 2_000;

export type CompiledPattern = { readonly ok: true; readonly matches: (text: string) => boolean };
export type BadPattern = { readonly ok: false; readonly reason: string };

/** Compiles a pattern that must match the whole text, in RE2 syntax, which DuckDB uses too. */
export function compilePattern(source: string): CompiledPattern | BadPattern {
  if (source.length > LONGEST_PATTERN) return { ok: false, reason: `longer than ${LONGEST_PATTERN} characters` };
  try {
    const compiled = RE2JS.compile(source);
    if (compiled.programSize() > LARGEST_PROGRAM) return { ok: false, reason: 'it expands to too many instructions' };
    return { ok: true, matches: (text) => compiled.testExact(text) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : 'not a pattern' };
  }
}
