// Reads the items of a shard from their parts: each part once, a few at a time, so that only the shard is held in
// memory.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import type { PartRow } from '#core/base/parquet-columns.ts';
import { readSourceParts } from '#core/snapshot/read-source-parts.ts';
import type { ShardPlan } from '#core/snapshot/shard-plan.ts';
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
  { parts }: Pick<ShardPlan, 'parts'>,
  rows: readonly ShardRow[],
  columns: readonly string[],
  visit: (position: number, item: PartRow) => void,
): Promise<void> {
  const planned = new Map(parts.map((part) => [part.position, part]));
  const byPart = Map.groupBy(rows.entries(), ([, { part }]) => part);
  const placed = [...byPart.keys()].map((partIndex) => {
    const part = planned.get(partIndex);
    if (part) return { position: partIndex, part };
    throw new GoldpanError(
      FAILURE.corruptObject,
      `The plan of the shard has no part ${partIndex}. Start assemble again.`,
    );
  });
  const visitPart = (partIndex: number, items: PartRow[]) => {
    for (const [position, { row, itemId }] of byPart.get(partIndex) ?? []) {
      const item = items[row];
      if (item?.itemId !== itemId) throw lacking(planned.get(partIndex)?.key ?? '', itemId);
      visit(position, item);
    }
  };
  await readSourceParts(data, placed, { columns: ['itemId', ...columns], atOnce: PARTS_AT_ONCE, visit: visitPart });
}

export function lacking(key: string, itemId: string): GoldpanError {
  return new GoldpanError(FAILURE.corruptObject, `${key} does not contain item ${itemId}. Start assemble again.`);
}
