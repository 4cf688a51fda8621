// Reads and writes Parquet with a fixed list of columns, the format of all parts. The same rows give the same bytes.
import {
  type ParquetParsers,
  parquetMetadata,
  parquetMetadataAsync,
  parquetReadObjects,
  type SchemaElement,
} from 'hyparquet';
import { type BasicType, parquetWriteBuffer, schemaFromColumnData } from 'hyparquet-writer';

/** Types without a name in the writer. MICROS: BigInt microseconds since 1970. DATE: days since 1970. */
const SPECIAL = {
  UINT64: { type: 'INT64', converted_type: 'UINT_64' },
  MICROS: { type: 'INT64', converted_type: 'TIMESTAMP_MICROS' },
  DATE: { type: 'INT32', converted_type: 'DATE' },
} as const satisfies Record<string, Partial<SchemaElement>>;
/** Reads dates and times as stored numbers, because a Date has no microseconds. */
const AS_STORED = {
  dateFromDays: (days: number) => days,
  timestampFromMicroseconds: (micros: bigint) => micros,
} as unknown as ParquetParsers;

/** `distinct`: values hardly repeat, so a dictionary is not tried. `dense`: values are compressed already. */
export type PartColumn = {
  readonly type: BasicType | keyof typeof SPECIAL;
  readonly nullable?: true;
  readonly distinct?: true;
  readonly dense?: true;
};
/** One row of a part, by column name. */
export type PartRow = Readonly<Record<string, unknown>>;
export type PartColumns<Row> = { readonly [Name in keyof Row & string]: PartColumn };

export function encodeColumns<Row>(
  columns: PartColumns<Row>,
  rows: readonly Row[],
  /** Texts by name in the footer of the file; none by default. */
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  return encodeValues(columns, (name) => rows.map((row) => row[name as keyof Row & string]), metadata);
}

/** As encodeColumns, of values by column: arrays, or typed arrays of numbers. */
export function encodeValues(
  columns: Readonly<Record<string, PartColumn>>,
  values: (name: string) => unknown[] | Int32Array | BigInt64Array,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const named = Object.entries(columns);
  const typed = named.map(([name, { type, distinct: _distinct, dense: _dense, ...column }]) => ({
    name,
    data: [...values(name).slice(0, 1)],
    ...(!isSpecial(type) && { type, ...column }),
  }));
  const special = named.flatMap(([name, { type, nullable }]) =>
    isSpecial(type) ? [[name, { name, ...SPECIAL[type], repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED' }]] : [],
  );
  const schema = schemaFromColumnData({ columnData: typed, schemaOverrides: Object.fromEntries(special) });
  const columnData = named.map(([name, { distinct, dense }]) => ({
    name,
    data: values(name) as unknown[],
    ...(distinct && { encoding: 'PLAIN' as const, statistics: false }),
    ...(dense && { codec: 'UNCOMPRESSED' as const }),
  }));
  const texts = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  const kvMetadata = texts.length > 0 ? { kvMetadata: texts } : {};
  return new Uint8Array(parquetWriteBuffer({ createdBy: 'goldpan', columnData, schema, ...kvMetadata }));
}

/** Reads the given columns of a file. `fetch` returns its bytes from `first` to `last`, inclusive. `some`: only these rows. */
export async function fetchColumns<Row, Name extends keyof Row & string>(
  byteLength: number,
  fetch: (first: number, last: number) => Promise<Uint8Array>,
  columns: readonly Name[],
  some?: { readonly first: number; readonly count: number },
): Promise<Pick<Row, Name>[]> {
  const slice = async (start: number, end = byteLength) => (await fetch(start, end - 1)).slice().buffer as ArrayBuffer;
  const file = { byteLength, slice };
  const range = some && { rowStart: some.first, rowEnd: some.first + some.count };
  const rows = await parquetReadObjects({ file, columns: [...columns], utf8: false, parsers: AS_STORED, ...range });
  return rows as Pick<Row, Name>[];
}

/**
 * Reads the given columns one row group after the other, so that only one is held as rows. `isWanted`: row groups of which it says no are
 * not read. Returns the number of rows of the file. `fetch` as in fetchColumns.
 */
export async function eachRowGroup<Row, Name extends keyof Row & string>(
  byteLength: number,
  fetch: (first: number, last: number) => Promise<Uint8Array>,
  columns: readonly Name[],
  visit: (rows: Pick<Row, Name>[], first: number) => void,
  isWanted: (first: number, end: number) => boolean = () => true,
): Promise<number> {
  const slice = async (start: number, end = byteLength) => (await fetch(start, end - 1)).slice().buffer as ArrayBuffer;
  const file = { byteLength, slice };
  const metadata = await parquetMetadataAsync(file);
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    if (isWanted(rowStart, rowEnd)) {
      const range = { file, metadata, rowStart, rowEnd, columns: [...columns], utf8: false, parsers: AS_STORED };
      visit((await parquetReadObjects(range)) as Pick<Row, Name>[], rowStart);
    }
    rowStart = rowEnd;
  }
  return rowStart;
}

/** Reads the given columns; undefined reads all. Throws if encodeColumns did not write the bytes. */
export async function decodeColumns<Row, Name extends keyof Row & string>(
  bytes: Uint8Array,
  columns: readonly Name[] | undefined,
): Promise<Pick<Row, Name>[]> {
  const rows = await parquetReadObjects({
    file: bytes.slice().buffer,
    ...(columns && { columns: [...columns] }),
    utf8: false,
    parsers: AS_STORED,
  });
  return rows as Pick<Row, Name>[];
}

/** Returns the number of rows of a file. */
export function countRows(bytes: Uint8Array): number {
  return Number(parquetMetadata(bytes.slice().buffer).num_rows);
}

function isSpecial(type: PartColumn['type']): type is keyof typeof SPECIAL {
  return Object.hasOwn(SPECIAL, type);
}
