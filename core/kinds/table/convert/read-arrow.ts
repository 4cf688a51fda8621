// Reads Arrow IPC: files (Feather) and streams. Whole numbers, decimals and times keep every digit.
import { readFileSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { CompressionType, type DataType, setCompressionCodec, Type, tableFromIPC } from '@uwdata/flechette';
import { dayText, decimalText, momentText, timeText } from './cell-texts.ts';
import { unpackLz4Frame } from './unpack/unpack-lz4.ts';

const MOST_BUFFER_BYTES = 512 * 2 ** 20;
const DAY_MS = 86_400_000n;
/** Decimal digits of TimeUnit: second, millisecond, microsecond, nanosecond. */
const DIGITS = [0, 3, 6, 9] as const;

export type ArrowFile = { readonly columns: readonly string[]; rows(): Iterable<(string | null)[]> };

/** Throws whatever the reader says of broken bytes. Values are texts; nested ones are JSON. */
export function readArrow(file: string): ArrowFile {
  const unused = (): never => {
    throw new Error('nothing is packed here');
  };
  setCompressionCodec(CompressionType.LZ4_FRAME, {
    decode: (bytes) => unpackLz4Frame(bytes, MOST_BUFFER_BYTES),
    encode: unused,
  });
  setCompressionCodec(CompressionType.ZSTD, {
    decode: (bytes) => zstdDecompressSync(bytes, { maxOutputLength: MOST_BUFFER_BYTES }),
    encode: unused,
  });
  const table = tableFromIPC(readFileSync(file), {
    useBigInt: true,
    useBigIntTimestamp: true,
    useDecimalInt: true,
    useDate: false,
  });
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
      for (let row = 0; row < table.numRows; row++)
        yield columns.map(({ column, type }) => cellOf(column.at(row), type));
    },
  };
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
