// The items of a shard, read from their parts: each part once, a few at a time, so that only the shard is held whole.
import { FAILURE, GoldpanError } from '#core/errors.ts';
import type { SnapshotIndex } from '#core/messages/snapshot.ts';
import { type PartRow, readSourcePart } from '#core/source-part.ts';
import type { Store } from '#core/store/store.ts';
import type { ShardRow } from './shard-row.ts';

/** The largest part is about 100 MiB. */
const PARTS_AT_ONCE = 4;

/** Hands each item over with its place in the shard, in no particular order. Throws CorruptObjectError where one is missing. */
export async function eachPartItem(
  data: Store,
  { parts }: Pick<SnapshotIndex, 'parts'>,
  rows: readonly ShardRow[],
  columns: readonly string[],
  visit: (position: number, item: PartRow) => void,
): Promise<void> {
  const byPart = [...Map.groupBy(rows.entries(), ([, { part }]) => part)];
  const readPart = async ([place, wanted]: (typeof byPart)[number]) => {
    const part = parts[place];
    if (!part)
      throw new GoldpanError(FAILURE.corruptObject, `The snapshot has no part ${place}. Start assemble again.`);
    const items = await readSourcePart(data, part, ['itemId', ...columns]);
    for (const [position, { row, itemId }] of wanted) {
      const item = items[row];
      if (item?.itemId !== itemId) throw lacking(part.key, itemId);
      visit(position, item);
    }
  };
  for (let start = 0; start < byPart.length; start += PARTS_AT_ONCE) {
    await Promise.all(byPart.slice(start, start + PARTS_AT_ONCE).map(readPart));
  }
}

export function lacking(key: string, itemId: string): GoldpanError {
  return new GoldpanError(FAILURE.corruptObject, `${key} lacks item ${itemId}. Start assemble again.`);
}
