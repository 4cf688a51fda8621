// Reads Arrow IPC: files (Feather) and streams. Whole numbers, decimals and times keep every digit.
import { isAscii } from 'node:buffer';
import { type Batch, type DataType, Type } from '@uwdata/flechette';
import { openArrowTable } from './arrow-table.ts';
import { dayText, decimalText, momentText, timeText } from './cell-texts.ts';

/** A text of more letters is not made at once. */
const MOST_TEXT_BYTES = 2 ** 28;
const DAY_MS = 86_400_000n;
/** Decimal digits of TimeUnit: second, millisecond, microsecond, nanosecond. */
const DIGITS = [0, 3, 6, 9] as const;

/** Types with a number for each value, and with the place where each value ends. */
const BY_VALUE: ReadonlySet<number> = new Set([
  Type.Int,
  Type.Float,
  Type.Date,
  Type.Time,
  Type.Timestamp,
  Type.Duration,
  Type.Decimal,
  Type.Dictionary,
]);
const BY_OFFSETS: ReadonlySet<number> = new Set([
  Type.Utf8,
  Type.LargeUtf8,
  Type.Binary,
  Type.LargeBinary,
  Type.List,
  Type.LargeList,
  Type.Map,
]);
/** `rows`: each is the same array, filled anew. */
export type ArrowFile = { readonly columns: readonly string[]; rows(): Iterable<(string | null)[]> };
type CellReader = (row: number) => string | null;
type Buffers = {
  readonly values: ArrayLike<unknown>;
  readonly offsets: ArrayLike<unknown>;
  readonly validity: Uint8Array;
  readonly nullCount: number;
};

/** Throws whatever the reader says of broken bytes. Values are texts; nested ones are JSON. */
export function readArrow(file: string): ArrowFile {
  const table = openArrowTable(file);
  const { fields } = table.schema;
  // The index column that pandas adds is skipped.
  const kept = fields.flatMap(({ name }, place) => (/^__index_level_\d+__$/.test(name) ? [] : [place]));
  const columns = kept.map((place) => ({
    column: table.getChildAt(place),
    type: (fields[place] as { type: DataType }).type,
  }));
  return {
    columns: kept.map((place) => fields[place]?.name ?? ''),
    *rows() {
      const cells: (string | null)[] = new Array(columns.length).fill(null);
      let rows = 0;
      for (let batch = 0; batch < (columns[0]?.column.data.length ?? 0); batch++) {
        const [length = 0, ...others] = columns.map(({ column }) => column.data[batch]?.length ?? -1);
        if (others.some((other) => other !== length)) throw new Error('columns of different lengths');
        const readers = columns.map(({ column, type }) => cellReader(column.data[batch] as Batch<unknown>, type));
        for (let row = 0; row < length; row++) {
          for (let i = 0; i < readers.length; i++) cells[i] = (readers[i] as CellReader)(row);
          yield cells;
        }
        rows += length;
      }
      if (rows !== table.numRows) throw new Error(`${rows} rows in place of ${table.numRows}`);
    },
  };
}

/** The texts of a batch of a column: long runs of letters and whole numbers are read without a call of the library for each. */
function cellReader(batch: Batch<unknown>, type: DataType): CellReader {
  const { values, offsets, validity, nullCount } = batch as unknown as Buffers;
  if (batch.length > mostRows(type, values, offsets)) throw new Error('a column that is cut off');
  const general = (row: number) => cellOf(batch.at(row), type);
  const present = (read: (row: number) => string): CellReader =>
    nullCount > 0 ? (row) => (((validity[row >> 3] as number) >> (row & 7)) & 1 ? read(row) : null) : read;
  if (type.typeId === Type.Utf8 && values instanceof Uint8Array && offsets instanceof Int32Array) {
    const from = offsets[0] as number;
    for (let row = 0; row < batch.length; row++)
      if ((offsets[row] as number) > (offsets[row + 1] as number)) throw new Error('texts that overlap');
    const all = values.subarray(from, offsets[batch.length] as number);
    if (all.length > MOST_TEXT_BYTES || !isAscii(all)) return general;
    const text = Buffer.from(all.buffer, all.byteOffset, all.length).toString('latin1');
    return present((row) => text.slice((offsets[row] as number) - from, (offsets[row + 1] as number) - from));
  }
  if (type.typeId === Type.Int && values instanceof BigInt64Array) {
    const halves = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
    return present((row) => {
      const low = halves[2 * row] as number;
      return halves[2 * row + 1] === low >> 31 ? `${low}` : String(values[row]);
    });
  }
  if (type.typeId === Type.Dictionary) {
    const known = new Map<unknown, string | null>();
    return (row) => {
      const value = batch.at(row);
      const seen = known.get(value);
      if (seen !== undefined) return seen;
      const text = cellOf(value, type);
      known.set(value, text);
      return text;
    };
  }
  return general;
}

/** The rows that the buffers of a column have room for. */
function mostRows({ typeId }: DataType, values: Buffers['values'], offsets: Buffers['offsets']): number {
  if (BY_OFFSETS.has(typeId)) return Math.max(0, offsets.length - 1);
  if (typeId === Type.Bool) return values.length * 8;
  return BY_VALUE.has(typeId) ? values.length : Number.POSITIVE_INFINITY;
}

function cellOf(value: unknown, type: DataType): string | null {
  const plain = plainOf(value, type);
  if (typeof plain === 'bigint') return String(plain);
  if (plain === null || typeof plain === 'string') return plain;
  return typeof plain === 'object' ? JSON.stringify(plain, jsonNumber) : String(plain);
}

function plainOf(value: unknown, type: DataType): unknown {
  if (value === null || value === undefined) return null;
  switch (type.typeId) {
    case Type.Dictionary:
      return plainOf(value, type.dictionary);
    case Type.Date:
      return typeof value === 'number' ? dayText(BigInt(Math.floor(value)) / DAY_MS) : String(value);
    case Type.Timestamp:
      return momentText(BigInt(value as bigint | number), DIGITS[type.unit], type.timezone != null);
    case Type.Time:
      return timeText(BigInt(value as bigint | number), DIGITS[type.unit]);
    case Type.Decimal:
      return decimalText(BigInt(value as bigint | number), type.scale);
    case Type.Binary:
    case Type.FixedSizeBinary:
    case Type.LargeBinary:
      return Buffer.from(value as Uint8Array)
        .toString('hex')
        .toUpperCase();
    case Type.List:
    case Type.LargeList:
    case Type.FixedSizeList:
      return [...(value as Iterable<unknown>)].map((item) =>
        plainOf(item, (type.children[0] as { type: DataType }).type),
      );
    case Type.Struct:
      return Object.fromEntries(
        type.children.map(({ name, type: inner }) => [name, plainOf((value as Record<string, unknown>)[name], inner)]),
      );
    default:
      break;
  }
  if (typeof value === 'number' && Object.is(value, -0)) return '-0';
  if (typeof value === 'number' && !Number.isFinite(value))
    return String(value).replace('Infinity', 'inf').toLowerCase();
  if (value instanceof Map) return Object.fromEntries(value);
  return value;
}

/** Whole numbers that JSON has no exact room for are texts there. */
function jsonNumber(_: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
