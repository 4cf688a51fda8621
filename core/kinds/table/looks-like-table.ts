// Decides whether the beginning of a text looks like a table.
import { encodingByMark, SNIFFED_BYTES } from '../../base/first-bytes.ts';
import { looksLikeJson } from './looks-like-json.ts';

const NAMED_AS_TABLE = /\.(csv|tsv|psv|jsonl|ndjson|jsonlines)(\.gz)?$/i;
/** Prose, markup and notes beside tables: commas there are those of sentences. */
const NAMED_AS_TEXT =
  /\.(md|markdown|rst|tex|html?|srt|vtt|log|rtf|org|adoc)$|(^|\/)(readme|license|licence|copying|changelog|notice|authors)(\.[a-z]+)?$/i;
const NAMED_AS_LOG = /\.log(\.gz)?$/i;
const NAMED_AS_JSON = /\.(json|jsonl|ndjson|jsonlines|geojson)(\.gz)?$/i;
/** Hive writes the first character between cells, and some databases the second. */
const CONTROLS = ['\u0001', '\u001f'];
const DELIMITERS = [',', ';', '\t', '|', ...CONTROLS];
/** Measurements, as collections of data publish them: cells may have spaces between them. */
const NAMED_AS_DATA = /\.(dat|data)$/i;
/** Number of consecutive lines that must have the same number of cells. */
const AGREEING_LINES = 2;
const AGREEING_SHARE = 0.8;
/** The line below the names of a table of Markdown. */
const RULE = /^\|(\s*:?-+:?\s*\|)+\s*$/;
const NUMBER = /^"?[+-]?\d[\d.,:/-]*"?\s*%?$/;
const COMMENTS = /^\ufeff?(\s*(\/\/.*|\/\*[\s\S]*?\*\/))+/;
/** Character references of HTML, and sequences of terminals: their semicolons separate no cells. */
const SIGNS_OF_TEXT = new RegExp(
  `&#?\\w{2,8};|${String.fromCharCode(0x1b)}(\\[[\\d;]*[A-Za-z]|\\].*?(\\u0007|${String.fromCharCode(0x1b)}\\\\))`,
  'g',
);
/** A message as WhatsApp exports it: `1/2/24, 10:00 AM - Ann: Hello`. */
const CHAT_LINE =
  /^\u200e?\[?\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}[:.]\d\d([:.]\d\d)?( ?[ap]\.? ?m\.?)?(\]| -) [^:,;\t]{1,60}: /iu;
/** Share of the commas with a space behind them, as people write sentences. */
const SPACED_SHARE = 0.9;
/** Words of a cell, on average, from which on it is a part of a sentence. */
const WORDS_OF_PROSE = 3;
const WORDS_OF_CELLS = 1.5;
const ENDS_SENTENCE = /[.!?:\u3002\uff01\uff1f\u2026]["'\u201d\u00bb)]?$/;

/**
 * Returns whether a text is a table, by its name or its lines. The name counts so that a broken table gets the messages of a table instead
 * of those of a strange document.
 */
export function looksLikeTable(start: Uint8Array, path: string): boolean {
  if (NAMED_AS_TABLE.test(path)) return true;
  if (NAMED_AS_LOG.test(path)) return isJsonLog(start);
  return NAMED_AS_TEXT.test(path) ? isMarkdownTable(start) : hasRows(start, path);
}

/** Lines of a log are texts, unless each is an object. */
function isJsonLog(start: Uint8Array): boolean {
  const lines = new TextDecoder(encodingByMark(start)).decode(start).split('\n').slice(0, AGREEING_LINES);
  return lines.every((line) => /^\s*\{\s*"[^"\\]*"\s*:/.test(line));
}

/** A table of Markdown and nothing else: bars around every line, and a line of dashes below the names. */
function isMarkdownTable(start: Uint8Array): boolean {
  const lines = new TextDecoder(encodingByMark(start))
    .decode(start)
    .trim()
    .split(/\r\n|\n|\r/);
  const whole = start.length < SNIFFED_BYTES ? lines : lines.slice(0, -1);
  return whole.length > AGREEING_LINES && RULE.test(whole[1] ?? '') && whole.every((line) => /^\|.*\|\s*$/.test(line));
}

/** JSON with objects, or lines that agree on how many cells they have. The last line may be cut short. */
function hasRows(start: Uint8Array, path: string): boolean {
  const text = new TextDecoder(encodingByMark(start)).decode(start);
  if (looksLikeJson(text) && holdsRows(text, path)) return true;
  // JSON with comments is not valid JSON: it is taken for a table here, and refused with that reason when it is read.
  if (NAMED_AS_JSON.test(path) && looksLikeJson(text.replace(COMMENTS, ''))) return true;
  const lines = text
    .replaceAll(SIGNS_OF_TEXT, '')
    .split(/\r\n|\n|\r/)
    .filter((line) => line.trim() !== '');
  const whole = start.length < SNIFFED_BYTES ? lines : lines.slice(0, -1);
  if (whole.length < AGREEING_LINES) return false;
  if (whole.filter((line) => CHAT_LINE.test(line)).length * 2 > whole.length) return false;
  if (NAMED_AS_DATA.test(path) && isSpaced(whole)) return true;
  return DELIMITERS.some((delimiter) => {
    const rows = whole.map((line) => line.replaceAll(/"[^"]*"/g, '""').split(delimiter));
    const most = mostFrequent(rows.map(({ length }) => length));
    const agreeing = rows.filter(({ length }) => length === most);
    if (most < 2 || agreeing.length < whole.length * AGREEING_SHARE) return false;
    return delimiter === '\t' || CONTROLS.includes(delimiter) || !isProse(agreeing, whole, delimiter);
  });
}

function mostFrequent(lengths: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const length of lengths) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

/** JSON that is named so, or whose objects have names; a citation in brackets and a template in braces are texts. */
function holdsRows(text: string, path: string): boolean {
  return NAMED_AS_JSON.test(path) || /\{\s*"[^"\\]*"\s*:/.test(text);
}

/** All lines have the same number of words, and one of their columns is numbers. */
function isSpaced(lines: readonly string[]): boolean {
  const rows = lines.map((line) => line.split(' '));
  const [first = []] = rows;
  return first.length > 2 && rows.every(({ length }) => length === first.length) && hasNumbers(rows);
}

/** Sentences have commas, too: their lines have many words between them, or end as sentences do, and hold no column of numbers. */
function isProse(rows: readonly (readonly string[])[], lines: readonly string[], delimiter: string): boolean {
  if (hasNumbers(rows)) return false;
  // The encoding is unknown here, so the name of the file decides.
  if (lines.some((line) => line.includes('\ufffd'))) return true;
  const cells = rows.flat();
  const words = cells.reduce((sum, cell) => sum + (cell.trim().match(/\S+/g)?.length ?? 0), 0);
  const sentences = lines.filter((line) => ENDS_SENTENCE.test(line.trim())).length;
  const later = rows.flatMap((row) => row.slice(1));
  const isBehindSpace = later.filter((cell) => /^ \S/.test(cell)).length >= later.length * SPACED_SHARE;
  const isSpoken = (delimiter === ',' || delimiter === ';') && isBehindSpace && words > cells.length * WORDS_OF_CELLS;
  return isSpoken || words > cells.length * WORDS_OF_PROSE || sentences * 2 > lines.length;
}

/** A column of numbers, apart from its name. */
function hasNumbers(rows: readonly (readonly string[])[]): boolean {
  return (rows[0] ?? []).some((_, i) => {
    const numbers = rows.filter((row) => NUMBER.test((row[i] ?? '').trim())).length;
    return rows.length > AGREEING_LINES && numbers >= (rows.length - 1) * AGREEING_SHARE;
  });
}
