// Single rows of a part, read in ranges: a part may be larger than what this function should hold.
import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { Store } from '#core/store/store.ts';

export type PartRow = Readonly<Record<string, unknown>>;

/** In the order of `rows`; undefined where the part is gone or has no such row. Throws on bytes that are no Parquet. */
export async function readPartRows(
  data: Store,
  key: string,
  rows: readonly number[],
  columns?: readonly string[],
): Promise<(PartRow | undefined)[]> {
  const found = await data.head(key);
  if (!found) return rows.map(() => undefined);
  const file = rangesOf(data, key, found.size, found.etag);
  const metadata = await parquetMetadataAsync(file);
  const read = new Map<number, PartRow>();
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    const wanted = rows.filter((row) => row >= rowStart && row < rowEnd);
    // A row alone costs as much as all that are packed together with it.
    if (wanted.length > 0) {
      const ask = { file, metadata, rowStart, rowEnd, utf8: false, ...(columns && { columns: [...columns] }) };
      const group = await parquetReadObjects(ask);
      for (const row of wanted) read.set(row, group[row - rowStart] as PartRow);
    }
    rowStart = rowEnd;
  }
  return rows.map((row) => read.get(row));
}

/** The same range is asked for once: neighbours in a part lie in the same chunk of a column. */
function rangesOf(data: Store, key: string, byteLength: number, etag: string): AsyncBuffer {
  const known = new Map<string, Promise<ArrayBuffer>>();
  const read = async (first: number, last: number) => {
    const object = await data.get(key, { range: { first, last }, ifMatch: etag });
    if (!object) throw new RangeError(`${key} changed while it was read`);
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
