// Parquet with a fixed list of columns: how every kind's part is written and read. Same rows, same bytes.
import { parquetReadObjects, type SchemaElement } from 'hyparquet';
import { type BasicType, parquetWriteBuffer, schemaFromColumnData } from 'hyparquet-writer';

/** `distinct`: looking for repeated values in it is time lost. `dense`: so is compressing it. */
export type PartColumn = {
  readonly type: BasicType | 'UINT64';
  readonly nullable?: true;
  readonly distinct?: true;
  readonly dense?: true;
};
export type PartColumns<Row> = { readonly [Name in keyof Row & string]: PartColumn };

export function encodeColumns<Row>(columns: PartColumns<Row>, rows: readonly Row[]): Uint8Array {
  const named = Object.entries(columns) as [keyof Row & string, PartColumn][];
  const values = (name: keyof Row & string) => rows.map((row) => row[name]);
  const typed = named.map(([name, { type, distinct: _distinct, dense: _dense, ...column }]) => ({
    name,
    data: values(name).slice(0, 1),
    ...(type !== 'UINT64' && { type, ...column }),
  }));
  const unsigned = named.filter(([, { type }]) => type === 'UINT64').map(([name]) => [name, unsignedElement(name)]);
  const schema = schemaFromColumnData({ columnData: typed, schemaOverrides: Object.fromEntries(unsigned) });
  const columnData = named.map(([name, { distinct, dense }]) => ({
    name,
    data: values(name),
    ...(distinct && { encoding: 'PLAIN' as const, statistics: false }),
    ...(dense && { codec: 'UNCOMPRESSED' as const }),
  }));
  return new Uint8Array(parquetWriteBuffer({ createdBy: 'goldpan', columnData, schema }));
}

/** Throws on bytes that encodeColumns did not write. */
export async function decodeColumns<Row, Name extends keyof Row & string>(
  bytes: Uint8Array,
  columns: readonly Name[],
): Promise<Pick<Row, Name>[]> {
  const rows = await parquetReadObjects({ file: bytes.slice().buffer, columns: [...columns], utf8: false });
  return rows as Pick<Row, Name>[];
}

/** BigInt values; the writer has no name of its own for them. */
function unsignedElement(name: string): SchemaElement {
  return { name, type: 'INT64', converted_type: 'UINT_64', repetition_type: 'REQUIRED' };
}
