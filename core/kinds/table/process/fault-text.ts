// An error of goldpan's own as it is logged: where it arose, without what was in the table.
import * as z from 'zod';

/** DuckDB says its class of error first, then the value or the statement: `Conversion Error: Could not convert 'Emma' ...`. */
const DATABASE_ERROR = /^((?:[A-Z][A-Za-z]* )+(?:Error|Exception)):/;
const FRAME = /^ {4}at /;

/** Of an error of the database only its class and the lines of the program are kept: its message has cells and SQL. */
export function faultText(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  const [, kind] = DATABASE_ERROR.exec(error.message) ?? [];
  if (kind === undefined) return stack;
  return [`DuckDB: ${kind}`, ...stack.split('\n').filter((line) => FRAME.test(line))].join('\n');
}
