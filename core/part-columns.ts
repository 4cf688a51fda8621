// Parquet with a fixed list of columns: how every kind's part is written and read. Same rows, same bytes.
import { parquetReadObjects } from 'hyparquet';
import { type BasicType, parquetWriteBuffer } from 'hyparquet-writer';

/** `distinct`: looking for repeated values in it is time lost. */
export type PartColumn = { readonly type: BasicType; readonly nullable?: true; readonly distinct?: true };
export type PartColumns<Row> = { readonly [Name in keyof Row & string]: PartColumn };

export function encodeColumns<Row>(columns: PartColumns<Row>, rows: readonly Row[]): Uint8Array {
  const named = Object.entries(columns) as [keyof Row & string, PartColumn][];
  return new Uint8Array(
    parquetWriteBuffer({
      createdBy: 'goldpan',
      columnData: named.map(([name, { distinct, ...column }]) => ({
        name,
        data: rows.map((row) => row[name]),
        ...column,
        ...(distinct && { encoding: 'PLAIN', statistics: false }),
      })),
    }),
  );
}

/** Throws on bytes that encodeColumns did not write. */
export async function decodeColumns<Row, Name extends keyof Row & string>(
  bytes: Uint8Array,
  columns: readonly Name[],
): Promise<Pick<Row, Name>[]> {
  const rows = await parquetReadObjects({ file: bytes.slice().buffer, columns: [...columns], utf8: false });
  return rows as Pick<Row, Name>[];
}
