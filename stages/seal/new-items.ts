// Counts the items of a snapshot that an earlier one does not contain, which decides about automatic runs.
import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { Manifest } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';

/** Ids are hashes: their first 52 bits identify them in a tenth of the memory. */
const ID_DIGITS = 13;

/** Counts new items that are in a split. Without an earlier snapshot all items are new. */
export async function countNewItems(
  data: Store,
  dataset: string,
  snapshotId: string,
  since: string | undefined,
): Promise<number> {
  const before = since === undefined ? new Set<number>() : await idsOf(data, dataset, since);
  let fresh = 0;
  for (const id of await idsOf(data, dataset, snapshotId)) if (!before.has(id)) fresh++;
  return fresh;
}

async function idsOf(data: Store, dataset: string, snapshotId: string): Promise<Set<number>> {
  const ids = new Set<number>();
  const manifest = await readJson(data, keys.manifest(dataset, snapshotId), Manifest);
  for (const { file } of manifest?.value.items ?? []) await addIds(data, keys.snapshot(dataset, snapshotId, file), ids);
  return ids;
}

async function addIds(data: Store, key: string, ids: Set<number>): Promise<void> {
  const object = await data.get(key);
  if (!object) return;
  const file: AsyncBuffer = object.body.slice().buffer;
  const metadata = await parquetMetadataAsync(file);
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    const rows = await parquetReadObjects({ file, metadata, columns: ['itemId', 'split'], rowStart, rowEnd });
    for (const { itemId, split } of rows)
      if (split !== null) ids.add(Number.parseInt(String(itemId).slice(0, ID_DIGITS), 16));
    rowStart = rowEnd;
  }
}
