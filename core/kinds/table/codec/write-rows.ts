// Rows as they came: the order of the columns, the formats of dates and decimals, units.
import { encodeColumns, type PartRow } from '../../../base/parquet-columns.ts';
import { PARQUET_TYPES } from '../part-columns.ts';
import type { Cell, ColumnCodec } from './codec.ts';

const MS_A_DAY = 86_400_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The properties of a column that its written form depends on. */
export type WrittenColumn = Pick<ColumnCodec, 'name' | 'type' | 'unit' | 'dateFormat' | 'decimal' | 'alwaysFraction'>;
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
  if (typeof value !== 'number') return String(value);
  const plain = column.alwaysFraction && Number.isInteger(value) ? `${plainNumber(value)}.0` : plainNumber(value);
  const number = column.decimal === ',' ? plain.replace('.', ',') : plain;
  return column.unit === undefined ? number : `${number} ${column.unit}`;
}

function writtenValue({ type, dateFormat }: WrittenColumn, cell: Cell): Cell {
  if (typeof cell !== 'number') return cell;
  if (type === 'date') return formattedDay(new Date(cell * MS_A_DAY), dateFormat);
  if (type !== 'datetime') return cell;
  const day = Math.floor(cell / (MS_A_DAY * 1000));
  const micros = cell - day * MS_A_DAY * 1000;
  const time = new Date(Math.floor(micros / 1000)).toISOString().slice(11, 19);
  const fraction = micros % 1_000_000;
  const seconds = fraction === 0 ? time : `${time}.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`;
  return `${formattedDay(new Date(day * MS_A_DAY), dateFormat)} ${seconds}`;
}

function formattedDay(date: Date, format = '%Y-%m-%d'): string {
  const [year, month, day] = date.toISOString().slice(0, 10).split('-') as [string, string, string];
  const parts: Record<string, string> = { Y: year, m: month, d: day, b: MONTHS[Number(month) - 1] as string };
  return format.replace(/%([Ymdb])/g, (_, part: string) => parts[part] as string);
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
