// Reads the items of a shard from their parts: each part once, a few at a time, so that only the shard is held in
// memory.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import type { PartRow } from '#core/base/parquet-columns.ts';
import type { SnapshotIndex } from '#core/snapshot/messages.ts';
import { readSourceParts } from '#core/snapshot/read-source-parts.ts';
import type { Store } from '#core/store/store.ts';
import type { ShardRow } from './shard-row.ts';

/** The largest part has about 100 MiB. */
const PARTS_AT_ONCE = 4;

/**
 * Calls `visit` with each item and its position in the shard, in no particular order. Throws CorruptObjectError if one
 * is missing.
 */
export async function eachPartItem(
  data: Store,
  { parts }: Pick<SnapshotIndex, 'parts'>,
  rows: readonly ShardRow[],
  columns: readonly string[],
  visit: (position: number, item: PartRow) => void,
): Promise<void> {
  const byPart = Map.groupBy(rows.entries(), ([, { part }]) => part);
  const placed = [...byPart.keys()].map((partIndex) => {
    const part = parts[partIndex];
    if (part) return { position: partIndex, part };
    throw new GoldpanError(FAILURE.corruptObject, `The snapshot has no part ${partIndex}. Start assemble again.`);
  });
  const visitPart = (partIndex: number, items: PartRow[]) => {
    for (const [position, { row, itemId }] of byPart.get(partIndex) ?? []) {
      const item = items[row];
      if (item?.itemId !== itemId) throw lacking(parts[partIndex]?.key ?? '', itemId);
      visit(position, item);
    }
  };
  await readSourceParts(data, placed, { columns: ['itemId', ...columns], atOnce: PARTS_AT_ONCE, visit: visitPart });
}

export function lacking(key: string, itemId: string): GoldpanError {
  return new GoldpanError(FAILURE.corruptObject, `${key} does not contain item ${itemId}. Start assemble again.`);
}
