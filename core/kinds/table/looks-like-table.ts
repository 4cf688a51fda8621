// Whether the beginning of a text is that of a table.
import { encodingByMark, SNIFFED_BYTES } from '../../base/first-bytes.ts';

const NAMED_AS_TABLE = /\.(csv|tsv)$/i;
const DELIMITERS = [',', ';', '\t', '|'];
/** So many lines must agree on the number of their cells before a text is called a table. */
const AGREEING_LINES = 2;
const AGREEING_SHARE = 0.8;

/**
 * Whether a text is a table by its name or by its lines. The name counts, so that of a broken table it is said what is broken,
 * instead of calling it one odd document.
 */
export function looksLikeTable(start: Uint8Array, path: string): boolean {
  return NAMED_AS_TABLE.test(path) || hasRows(start);
}

/** JSON objects line by line, or lines that agree on how many cells they have. The last line may be cut short. */
function hasRows(start: Uint8Array): boolean {
  const text = new TextDecoder(encodingByMark(start)).decode(start);
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  if (lines.length === 0) return false;
  if (lines.every((line) => line.trimStart().startsWith('{'))) return true;
  const whole = start.length < SNIFFED_BYTES ? lines : lines.slice(0, -1);
  if (whole.length < AGREEING_LINES) return false;
  return DELIMITERS.some((delimiter) => {
    const cells = whole.map((line) => line.replaceAll(/"[^"]*"/g, '').split(delimiter).length);
    const most = cells[0] as number;
    return most > 1 && cells.filter((count) => count === most).length >= whole.length * AGREEING_SHARE;
  });
}
