// Formats an error of goldpan for the log: where it occurred, without values of the table.
import * as z from 'zod';

/**
 * The prefix of DuckDB's messages names the class of the error; the rest can contain values: `Conversion Error: Could not convert 'Emma'
 * ...`.
 */
const DATABASE_ERROR = /^((?:[A-Z][A-Za-z]* )+(?:Error|Exception)):/;
const FRAME = /^ {4}at /;

/** Returns only the class and the stack of a database error, because its message contains cells and SQL. */
export function faultText(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  const [, kind] = DATABASE_ERROR.exec(error.message) ?? [];
  if (kind === undefined) return stack;
  return [`DuckDB: ${kind}`, ...stack.split('\n').filter((line) => FRAME.test(line))].join('\n');
}
