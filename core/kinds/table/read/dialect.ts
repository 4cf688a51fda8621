// How a CSV separates and quotes its cells, from its first lines.

export type Dialect = {
  readonly delimiter: string;
  readonly quote: '"' | "'";
  /** A quote inside a quoted cell is doubled, or has a backslash before it. */
  readonly escaping: 'doubled' | 'backslash';
  /** Lines end with a carriage return alone, as on old systems. */
  readonly lineEnd: '\n' | '\r';
};

const DELIMITERS = [',', ';', '\t', '|', '\x1f', '\x01', '^', '~', ':'];
/** Those that text has often: they need more lines that agree. */
const COMMON_IN_TEXT = new Set([':', '^', '~']);
const SAMPLED_RECORDS = 200;
const LEAST_AGREEMENT = 0.5;

/** What spreadsheets write above a table to name its delimiter. */
const SEPARATOR_LINE = /^sep=([^\r\n])\r?(?:\n|$)/i;

/** `sample`: the beginning of the text; its last line may be cut short. One column has any delimiter: a comma. */
export function detectDialect(sample: string, declared: string): Dialect {
  const quote = quoteOf(sample);
  const escaping =
    quote === '"' && /[^"\\]\\"/.test(sample) && !/[^",;|\t\n\r]""[^,;|\t\n\r]/.test(sample) ? 'backslash' : 'doubled';
  const lineEnd = sample.includes('\r') && !sample.includes('\n') ? '\r' : '\n';
  const form = { quote, escaping, lineEnd } as const;
  const known = declared === 'auto' ? SEPARATOR_LINE.exec(sample)?.[1] : declared;
  if (known !== undefined) return { delimiter: known, ...form };
  const scored = DELIMITERS.map((delimiter) => ({ delimiter, ...agreement(sample, { delimiter, ...form }) }));
  const fitting = scored.filter(
    ({ delimiter, cells, share }) => cells > 1 && share >= (COMMON_IN_TEXT.has(delimiter) ? 1 : LEAST_AGREEMENT),
  );
  const best = fitting.sort((a, b) => b.share - a.share || b.cells - a.cells)[0];
  return { delimiter: best?.delimiter ?? ',', ...form };
}

/** Whether the first record names the delimiter instead of the columns. */
export function isSeparatorLine(record: Buffer): boolean {
  return record.length <= 'sep=;\r'.length && SEPARATOR_LINE.test(record.toString('latin1'));
}

/** The cells of each record, by this dialect; lenient, for looking only. */
export function splitRecords(text: string, { delimiter, quote, escaping, lineEnd }: Dialect, most: number): string[][] {
  const records: string[][] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length && records.length < most; i++) {
    const sign = text[i] as string;
    if (quoted) {
      if (escaping === 'backslash' && sign === '\\') cell += text[++i] ?? '';
      else if (sign !== quote) cell += sign;
      else if (escaping === 'doubled' && text[i + 1] === quote) cell += text[++i];
      else quoted = false;
    } else if (sign === quote && cell.trim() === '') {
      quoted = true;
      cell = '';
    } else if (sign === delimiter) {
      cells.push(cell);
      cell = '';
    } else if (sign === lineEnd) {
      records.push([...cells, cell.replace(/\r$/, '')]);
      cells = [];
      cell = '';
    } else cell += sign;
  }
  if (records.length < most && (cell !== '' || cells.length > 0)) records.push([...cells, cell]);
  return records;
}

/** How many cells most records have, and the share of them that do. The header counts as much as the rest together decide. */
function agreement(sample: string, dialect: Dialect): { cells: number; share: number } {
  const records = splitRecords(sample, dialect, SAMPLED_RECORDS).filter(
    (cells) => cells.length > 1 || cells[0]?.trim(),
  );
  const whole = records.length > 2 ? records.slice(0, -1) : records;
  const counts = new Map<number, number>();
  for (const { length } of whole) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [cells, often] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [0, 0];
  const header = whole[0]?.length;
  return { cells, share: whole.length === 0 || header === 1 ? 0 : often / whole.length };
}

/** A single quote only where cells begin and end with it and no double quote is about. */
function quoteOf(sample: string): Dialect['quote'] {
  const single = sample.match(/(^|[,;|\t\n])'[^'\n]*'(?=[,;|\t\r\n]|$)/g)?.length ?? 0;
  return single > 1 && !sample.includes('"') ? "'" : '"';
}
