// Finds the table in a text: its dialect, the lines above it, the line with the column names, and lines that are not data.
import type { TableConfig } from '../config.ts';
import { type Dialect, detectDialect } from './dialect.ts';
import { firstRecords } from './first-records.ts';
import { labelRows, looksLikeRow } from './header-or-row.ts';
import { titlesAbove } from './titles-above.ts';

const SAMPLED_RECORDS = 200;
/** Share of the records that agree once carriage returns alone end lines, too. */
const LEAST_ENDED = 0.95;

export type CsvLayout = {
  readonly dialect: Dialect;
  /** Records above the names of the columns: titles, comments, empty lines between them not counted. */
  readonly preamble: number;
  /** Whether the first record after the preamble contains the column names. */
  readonly isNamed: boolean;
  /** Every row has a cell more than there are names, as R writes tables: the first is the name of the row. */
  readonly hasRowNames: boolean;
  /** Columns at the end without a name and without a cell. */
  readonly emptyTail: number;
  /** Rows below the names that are units or descriptions. */
  readonly labelRows: number;
  /** Some lines end with a carriage return alone. */
  readonly hasLoneReturns: boolean;
};
export type LayoutProblem = { readonly given: string; readonly allowed: string };
export type FoundLayout =
  | { readonly ok: true; readonly layout: CsvLayout }
  | { readonly ok: false; readonly code: 'table.no-header' | 'table.layout'; readonly problem: LayoutProblem };

export function csvLayoutOf(
  sample: string,
  { delimiter, header }: Pick<TableConfig, 'delimiter' | 'header'>,
): FoundLayout {
  const hasLoneReturns = /\r(?!\n)/.test(sample) && sample.includes('\n') && agreesMoreWithout(sample, delimiter);
  const text = hasLoneReturns ? sample.replaceAll(/\r(?!\n)/g, '\n') : sample;
  const { dialect, preamble: above } = detectDialect(text, delimiter);
  const records = firstRecords(text, dialect, SAMPLED_RECORDS).filter((cells) => cells.length > 1 || cells[0]?.trim());
  const own = records.slice(isSeparator(records[0]) ? 1 : 0);
  const preamble = above === 0 && header === undefined ? titlesAbove(own.slice(0, -1)) : above;
  const [names = [], ...rows] = own.slice(preamble);
  const doubled =
    names.length > 2 &&
    names.some((name) => name.trim() !== '') &&
    [names, ...rows.slice(0, -1)].every((cells) => hasEmptyBetween(cells));
  if (doubled && delimiter === 'auto')
    return refused(
      'table.layout',
      `two signs between cells: ${JSON.stringify(dialect.delimiter.repeat(2))}`,
      'one sign between cells, such as a comma',
    );
  if (dialect.delimiter === ' ' && names.some((name, i) => name === '' && i > 0))
    return refused(
      'table.layout',
      'columns that are aligned by several spaces',
      'one sign between cells, such as a comma',
    );
  if (header === undefined && names.length > 1 && looksLikeRow(names, rows)) {
    const line = names.join(dialect.delimiter).slice(0, 60);
    return refused(
      'table.no-header',
      line,
      `table: { header: false } in dataset.yaml where it is a row (columns become column_1 ...), table: { header: true } where these are the names`,
    );
  }
  const width = widthOf(rows);
  const isShort = header !== false && names.length > 1 && width === names.length + 1;
  const isTailEmpty =
    isShort && rows.every((cells) => cells.length <= names.length || (cells.at(-1) ?? '').trim() === '');
  // “a, b” is no quoted cell, and its comma would move all cells behind it to other columns.
  const isCurly = (cell: string) => /^\s*[“„]/.test(cell) && !/[”“]\s*$/.test(cell);
  if (isShort && rows.filter((cells) => cells.some(isCurly)).length * 2 > rows.length)
    return refused('table.layout', 'curly quotes around cells', 'straight quotes: "');
  const isEscaped = (cells: readonly string[]) => cells.slice(0, -1).some((cell) => /(^|[^\\])\\$/.test(cell));
  if (isShort && rows.filter(isEscaped).length * 2 > rows.length)
    return refused(
      'table.layout',
      `a backslash before ${JSON.stringify(dialect.delimiter)} within cells`,
      `quotes around a cell that holds ${JSON.stringify(dialect.delimiter)}`,
    );
  const named = names.findLastIndex((name) => name.trim() !== '') + 1;
  const emptyTail =
    header === false
      ? 0
      : isTailEmpty
        ? 1
        : emptyFrom(rows, Math.max(1, named))
          ? names.length - Math.max(1, named)
          : 0;
  return {
    ok: true,
    layout: {
      dialect,
      preamble,
      isNamed: header !== false,
      hasRowNames: isShort && !isTailEmpty,
      emptyTail,
      labelRows: header === false ? 0 : labelRows(rows),
      hasLoneReturns,
    },
  };
}

function refused(code: 'table.no-header' | 'table.layout', given: string, allowed: string): FoundLayout {
  return { ok: false, code, problem: { given, allowed } };
}

function isSeparator(record: readonly string[] | undefined): boolean {
  return record !== undefined && /^"?sep=/i.test(record[0] ?? '');
}

function hasEmptyBetween(cells: readonly string[]): boolean {
  return cells.length % 2 === 1 && cells.every((cell, i) => i % 2 === 0 || cell === '');
}

/** Cells of nearly all rows; undefined where they do not agree. */
function widthOf(rows: readonly (readonly string[])[]): number | undefined {
  const whole = rows.length > 2 ? rows.slice(0, -1) : rows;
  const width = whole[0]?.length;
  return whole.length > 0 && whole.filter(({ length }) => length === width).length >= 0.9 * whole.length
    ? width
    : undefined;
}

function emptyFrom(rows: readonly (readonly string[])[], from: number): boolean {
  return rows.every((cells) => cells.slice(from).every((cell) => cell.trim() === ''));
}

function agreesMoreWithout(sample: string, delimiter: string): boolean {
  const shareOf = (text: string) => {
    const { dialect, cells } = detectDialect(text, delimiter);
    const records = firstRecords(text, dialect, SAMPLED_RECORDS).slice(0, -1);
    return cells < 2 ? 0 : records.filter(({ length }) => length === cells).length / Math.max(1, records.length);
  };
  const ended = shareOf(sample.replaceAll(/\r(?!\n)/g, '\n'));
  const inside = sample.match(/[^\r\n]\r(?!\n)[^\r\n]/g)?.length ?? 0;
  return inside > 0 && ended >= LEAST_ENDED && ended >= shareOf(sample);
}
