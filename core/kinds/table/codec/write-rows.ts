// Rows as they came: the order of the columns, the formats of dates and decimals, units.
import { encodeColumns, type PartRow } from '../../../base/parquet-columns.ts';
import { PARQUET_TYPES } from '../part-columns.ts';
import type { Cell, ColumnCodec } from './codec.ts';
import { writtenMoment } from './written-moments.ts';

const MS_A_DAY = 86_400_000;
const ISO_DAY = '%Y-%m-%d';

/** The properties of a column that its written form depends on. */
export type WrittenColumn = Pick<
  ColumnCodec,
  'name' | 'type' | 'unit' | 'dateFormat' | 'timeFormat' | 'decimal' | 'alwaysFraction' | 'trueWord' | 'falseWord'
>;
type Columns = { readonly columns: readonly WrittenColumn[] };

export type CsvOptions = { readonly delimiter: string; readonly header: boolean };

/** CSV by RFC 4180 with `\n`; cells by column. Null is an empty cell. */
export function csvOf({ columns }: Columns, cells: readonly (readonly Cell[])[], options: CsvOptions): string {
  const { delimiter, header } = options;
  const needsQuotes = (text: string) => text.includes(delimiter) || /["\r\n]/.test(text);
  const quoted = (text: string) => (needsQuotes(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = header ? [columns.map(({ name }) => quoted(name)).join(delimiter)] : [];
  const rows = cells[0]?.length ?? 0;
  for (let row = 0; row < rows; row++) {
    // An unquoted empty cell as the only cell of a row would be read as an empty line.
    const line = columns.map((column, at) => quoted(cellText(column, cells[at]?.[row] ?? null))).join(delimiter);
    lines.push(line === '' ? '""' : line);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** Returns one JSON object a line; numbers and booleans are JSON values, dates are texts. */
export function jsonLinesOf({ columns }: Columns, cells: readonly (readonly Cell[])[]): string {
  const rows = cells[0]?.length ?? 0;
  const lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    const values = columns.map((column, at) => [column.name, writtenValue(column, cells[at]?.[row] ?? null)]);
    lines.push(`${JSON.stringify(Object.fromEntries(values))}\n`);
  }
  return lines.join('');
}

/** A cell as it is written in CSV. */
export function cellText(column: WrittenColumn, cell: Cell): string {
  const value = writtenValue(column, cell);
  if (value === null) return '';
  if (typeof value === 'boolean') return (value ? column.trueWord : column.falseWord) ?? String(value);
  if (typeof value !== 'number') return String(value);
  const plain = column.alwaysFraction && Number.isInteger(value) ? `${plainNumber(value)}.0` : plainNumber(value);
  const number = column.decimal === ',' ? plain.replace('.', ',') : plain;
  return column.unit === undefined ? number : `${number} ${column.unit}`;
}

function writtenValue({ type, dateFormat, timeFormat }: WrittenColumn, cell: Cell): Cell {
  if (typeof cell !== 'number') return cell;
  const days = dateFormat ?? ISO_DAY;
  if (type === 'date') return writtenMoment(new Date(cell * MS_A_DAY), days);
  if (type !== 'datetime') return cell;
  const moment = new Date(Math.floor(cell / 1000));
  if (timeFormat !== undefined) return writtenMoment(moment, timeFormat);
  const fraction = ((cell % 1_000_000) + 1_000_000) % 1_000_000;
  const seconds = writtenMoment(moment, `${days} %H:%M:%S`);
  return fraction === 0 ? seconds : `${seconds}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`;
}

/** Without an exponent. */
function plainNumber(value: number): string {
  const text = String(value);
  return text.includes('e')
    ? value.toFixed(Math.min(20, Math.max(0, -Math.floor(Math.log10(Math.abs(value))) + 16))).replace(/\.?0+$/, '')
    : text;
}

/** Parquet with the types of the columns and texts in its footer; the same rows give the same bytes. */
export function parquetOf(
  { columns }: Columns,
  cells: readonly (readonly Cell[])[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const types = columns.map(({ name, type }) => [name, { type: PARQUET_TYPES[type], nullable: true as const }]);
  const rows = Array.from({ length: cells[0]?.length ?? 0 }, (_, row) =>
    Object.fromEntries(columns.map((column, at) => [column.name, storedIn(column, cells[at]?.[row] ?? null)])),
  );
  return encodeColumns<PartRow>(Object.fromEntries(types), rows, metadata);
}

function storedIn({ type }: WrittenColumn, cell: Cell): unknown {
  const isWide = PARQUET_TYPES[type] === 'INT64' || PARQUET_TYPES[type] === 'MICROS';
  return isWide && typeof cell === 'number' ? BigInt(Math.round(cell)) : cell;
}
