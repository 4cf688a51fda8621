// Detects how a CSV separates and quotes its cells, and the line on which its table begins, from all records of its first lines.
import { firstRecords } from './first-records.ts';

export type Dialect = {
  readonly delimiter: string;
  readonly quote: '"' | "'";
  /** A quote inside a quoted cell is doubled, or has a backslash before it. */
  readonly escaping: 'doubled' | 'backslash';
  /** Lines end with a carriage return alone, as on old systems. */
  readonly lineEnd: '\n' | '\r';
};
/** `preamble`: records above the names of the columns. `cells`: of most records. */
export type Separated = { readonly dialect: Dialect; readonly preamble: number; readonly cells: number };

/** Delimiters in order of preference: a pipe is rare in texts, a comma is common. */
const DELIMITERS = ['\t', '|', ';', ',', '\x1f', '\x01', '^', '~', ':', ' '];
/** Delimiters that are common in texts; they are only accepted if all lines agree. */
const COMMON_IN_TEXT = new Set([':', '^', '~', ' ']);
/** Stands nowhere in a text, so that each line is one cell. */
const NEVER = '\x1f';
const SAMPLED_RECORDS = 200;
const LEAST_AGREEMENT = 0.5;
/** A table below other lines must be one beyond doubt. */
const LEAST_BELOW_PREAMBLE = 0.9;
const MOST_PREAMBLE = 20;
const LEAST_BODY = 3;
/** Shares that differ by less are considered equal. */
const SHARE_STEP = 0.05;

/** The line that spreadsheets write above a table to name its delimiter. */
const SEPARATOR_LINE = /^"?sep=([^\r\n])"?\r?(?:\n|$)/i;

/** `sample`: the beginning of the text; its last line may be cut short. */
export function detectDialect(sample: string, declared: string): Separated {
  const form = formOf(sample);
  const known = declared === 'auto' ? SEPARATOR_LINE.exec(sample)?.[1] : declared;
  const candidates = (known === undefined ? DELIMITERS : [known]).map((delimiter) =>
    agreement(sample, { delimiter, ...form }),
  );
  if (known !== undefined) return candidates[0] as Separated;
  const fitting = candidates.filter(({ dialect: { delimiter }, cells, share, preamble }) => {
    if (cells < 2) return false;
    if (delimiter === ' ') return share === 1 && preamble === 0 && (cells > 2 || sample.startsWith('"'));
    if (COMMON_IN_TEXT.has(delimiter)) return share === 1;
    return share >= (preamble > 0 ? LEAST_BELOW_PREAMBLE : LEAST_AGREEMENT);
  });
  const steps = ({ share }: Agreement) => Math.round(share / SHARE_STEP);
  const best = fitting.sort((a, b) => Number(a.preamble > 0) - Number(b.preamble > 0) || steps(b) - steps(a))[0];
  if (best) return best;
  // If the first line has no delimiter, each line is one cell.
  const [first = []] = firstRecords(sample, { delimiter: ',', ...form }, 1);
  const isOneColumn = first.length === 1 && sample.includes(',') && !sample.includes(NEVER);
  return { dialect: { delimiter: isOneColumn ? NEVER : ',', ...form }, preamble: 0, cells: first.length };
}

/** Returns whether the first record names the delimiter instead of the columns. */
export function isSeparatorLine(record: Buffer): boolean {
  return record.length <= '"sep=;"\r'.length && SEPARATOR_LINE.test(record.toString('latin1'));
}

type Agreement = Separated & { readonly share: number };

/**
 * Returns the most frequent number of cells, the first record from which it holds, and the share of the following records that have it.
 */
function agreement(sample: string, dialect: Dialect): Agreement {
  const all = firstRecords(sample.replace(SEPARATOR_LINE, ''), dialect, SAMPLED_RECORDS).filter(
    (cells) => cells.length > 1 || cells[0]?.trim(),
  );
  const records = all.length > 2 ? all.slice(0, -1) : all;
  const counts = new Map<number, number>();
  for (const { length } of records) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [cells, often] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [0, 0];
  const header = records[0]?.length ?? 0;
  const none: Agreement = { dialect, preamble: 0, cells, share: 0 };
  if (records.length === 0 || cells < 2) return none;
  // Names may be one short, where rows have names of their own, and cells may be missing or left over here and there.
  const isOneShort = header === cells - 1 && records[1]?.length === cells;
  if (header > 1 && (header >= cells || isOneShort)) return { ...none, share: often / records.length };
  const first = records.findIndex(({ length }, i) => length === cells && (records[i + 1]?.length ?? cells) === cells);
  const above = records[first - 1] ?? [];
  const isNamed = above.length === cells - 1 && cells > 2 && !isAboveNumbers(records.slice(first));
  const preamble = first - (isNamed ? 1 : 0);
  const body = records.slice(preamble + (isNamed ? 1 : 0));
  if (first < 0 || preamble > MOST_PREAMBLE || body.length < LEAST_BODY)
    return header > 1 ? { ...none, share: often / records.length } : none;
  return { dialect, preamble, cells, share: body.filter(({ length }) => length === cells).length / body.length };
}

/** Returns whether the first record has a word where all records below it have numbers, as names have. */
function isAboveNumbers([first = [], ...below]: readonly (readonly string[])[]): boolean {
  const isNumber = (cell = '') => /^[+-]?[\d.,]*\d[\d.,eE+-]*$/.test(cell.trim());
  return first.some((cell, i) => cell.trim() !== '' && !isNumber(cell) && below.every((row) => isNumber(row[i])));
}

function formOf(sample: string): Omit<Dialect, 'delimiter'> {
  const quote = quoteOf(sample);
  return {
    quote,
    escaping: escapingOf(sample, quote),
    lineEnd: sample.includes('\r') && !sample.includes('\n') ? '\r' : '\n',
  };
}

/** A backslash before a quote is a part of the text where the quote ends the cell, as that of a folder's name. */
function escapingOf(sample: string, quote: Dialect['quote']): Dialect['escaping'] {
  if (quote !== '"' || !/\\"(?![,;|\t\r\n]|$)/.test(sample)) return 'doubled';
  return /[^",;|\t\n\r]""[^,;|\t\n\r]/.test(sample) ? 'doubled' : 'backslash';
}

/** A single quote only where cells begin and end with it and no double quote is about. */
function quoteOf(sample: string): Dialect['quote'] {
  const single = sample.match(/(^|[,;|\t\n])'[^'\n]*'(?=[,;|\t\r\n]|$)/g)?.length ?? 0;
  return single > 1 && !sample.includes('"') ? "'" : '"';
}
