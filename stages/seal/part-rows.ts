// Reads single rows of a part in ranges, because a part may be larger than the memory of this function.
import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { Store } from '#core/store/store.ts';

export type SealedRow = Readonly<Record<string, unknown>>;

/**
 * Returns the rows in the order of `rows`; undefined for a missing part or row. Throws if the bytes are not Parquet.
 */
export async function readPartRows(
  data: Store,
  key: string,
  rows: readonly number[],
  columns?: readonly string[],
): Promise<(SealedRow | undefined)[]> {
  const found = await data.head(key);
  if (!found) return rows.map(() => undefined);
  const file = rangesOf(data, key, found.size, found.etag);
  const metadata = await parquetMetadataAsync(file);
  const read = new Map<number, SealedRow>();
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    const wanted = rows.filter((row) => row >= rowStart && row < rowEnd);
    // Reading one row costs as much as reading all rows of its row group.
    if (wanted.length > 0) {
      const ask = { file, metadata, rowStart, rowEnd, utf8: false, ...(columns && { columns: [...columns] }) };
      const group = await parquetReadObjects(ask);
      for (const row of wanted) read.set(row, group[row - rowStart] as SealedRow);
    }
    rowStart = rowEnd;
  }
  return rows.map((row) => read.get(row));
}

/** Requests each range once, because adjacent rows are in the same column chunk. */
function rangesOf(data: Store, key: string, byteLength: number, etag: string): AsyncBuffer {
  const known = new Map<string, Promise<ArrayBuffer>>();
  const read = async (first: number, last: number) => {
    const object = await data.get(key, { range: { first, last }, ifMatch: etag });
    if (!object) throw new RangeError(`${key} changed while it was being read`);
    return object.body.slice().buffer;
  };
  return {
    byteLength,
    slice(start, end = byteLength) {
      const range = `${start}-${end}`;
      const there = known.get(range) ?? read(start, end - 1);
      known.set(range, there);
      return there;
    },
  };
}
