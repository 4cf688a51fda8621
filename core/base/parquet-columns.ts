// Parquet with a fixed list of columns: how every kind's part is written and read. Same rows, same bytes.
import { type ParquetParsers, parquetReadObjects, type SchemaElement } from 'hyparquet';
import { type BasicType, parquetWriteBuffer, schemaFromColumnData } from 'hyparquet-writer';

/** Types that the writer has no name of its own for. MICROS: BigInt microseconds since 1970. DATE: days since 1970. */
const SPECIAL = {
  UINT64: { type: 'INT64', converted_type: 'UINT_64' },
  MICROS: { type: 'INT64', converted_type: 'TIMESTAMP_MICROS' },
  DATE: { type: 'INT32', converted_type: 'DATE' },
} as const satisfies Record<string, Partial<SchemaElement>>;
/** Days and times as the numbers they are stored as: a Date knows no microseconds. */
const AS_STORED = {
  dateFromDays: (days: number) => days,
  timestampFromMicroseconds: (micros: bigint) => micros,
} as unknown as ParquetParsers;

/** `distinct`: looking for repeated values in it is time lost. `dense`: so is compressing it. */
export type PartColumn = {
  readonly type: BasicType | keyof typeof SPECIAL;
  readonly nullable?: true;
  readonly distinct?: true;
  readonly dense?: true;
};
/** One item of a part, by the names of its columns. */
export type PartRow = Readonly<Record<string, unknown>>;
export type PartColumns<Row> = { readonly [Name in keyof Row & string]: PartColumn };

export function encodeColumns<Row>(columns: PartColumns<Row>, rows: readonly Row[]): Uint8Array {
  const named = Object.entries(columns) as [keyof Row & string, PartColumn][];
  const values = (name: keyof Row & string) => rows.map((row) => row[name]);
  const typed = named.map(([name, { type, distinct: _distinct, dense: _dense, ...column }]) => ({
    name,
    data: values(name).slice(0, 1),
    ...(!isSpecial(type) && { type, ...column }),
  }));
  const special = named.flatMap(([name, { type, nullable }]) =>
    isSpecial(type) ? [[name, { name, ...SPECIAL[type], repetition_type: nullable ? 'OPTIONAL' : 'REQUIRED' }]] : [],
  );
  const schema = schemaFromColumnData({ columnData: typed, schemaOverrides: Object.fromEntries(special) });
  const columnData = named.map(([name, { distinct, dense }]) => ({
    name,
    data: values(name),
    ...(distinct && { encoding: 'PLAIN' as const, statistics: false }),
    ...(dense && { codec: 'UNCOMPRESSED' as const }),
  }));
  return new Uint8Array(parquetWriteBuffer({ createdBy: 'goldpan', columnData, schema }));
}

/** Only the columns asked for, of a file in a bucket. `fetch` gives its bytes from `first` to `last`, both included. */
export async function fetchColumns<Row, Name extends keyof Row & string>(
  byteLength: number,
  fetch: (first: number, last: number) => Promise<Uint8Array>,
  columns: readonly Name[],
): Promise<Pick<Row, Name>[]> {
  const slice = async (start: number, end = byteLength) => (await fetch(start, end - 1)).slice().buffer as ArrayBuffer;
  const file = { byteLength, slice };
  const rows = await parquetReadObjects({ file, columns: [...columns], utf8: false, parsers: AS_STORED });
  return rows as Pick<Row, Name>[];
}

/** Throws on bytes that encodeColumns did not write. */
export async function decodeColumns<Row, Name extends keyof Row & string>(
  bytes: Uint8Array,
  columns: readonly Name[],
): Promise<Pick<Row, Name>[]> {
  const rows = await parquetReadObjects({
    file: bytes.slice().buffer,
    columns: [...columns],
    utf8: false,
    parsers: AS_STORED,
  });
  return rows as Pick<Row, Name>[];
}

function isSpecial(type: PartColumn['type']): type is keyof typeof SPECIAL {
  return Object.hasOwn(SPECIAL, type);
}
