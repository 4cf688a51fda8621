// Reads the items of a shard from their parts: each part once, a few at a time, so that only the shard is held in
// memory.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import type { PartRow } from '#core/base/parquet-columns.ts';
import { readSourceParts } from '#core/snapshot/read-source-parts.ts';
import type { ShardPlan } from '#core/snapshot/shard-plan.ts';
import type { Store } from '#core/store/store.ts';
import type { ShardRow } from './shard-row.ts';

/** Number of parts that are read at the same time; those that are read whole have up to about 100 MiB. */
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
  const seen = new Uint8Array(rows.length);
  const visitPart = (partIndex: number, items: PartRow[], first: number) => {
    for (const [position, { row, itemId }] of byPart.get(partIndex) ?? []) {
      if (row < first || row >= first + items.length) continue;
      const item = items[row - first];
      if (item?.itemId !== itemId) throw lacking(planned.get(partIndex)?.key ?? '', itemId);
      seen[position] = 1;
      visit(position, item);
    }
  };
  const isWanted = (partIndex: number, first: number, end: number) =>
    byPart.get(partIndex)?.some(([, { row }]) => row >= first && row < end) ?? false;
  const options = { columns: ['itemId', ...columns], atOnce: PARTS_AT_ONCE, visit: visitPart, isWanted };
  await readSourceParts(data, placed, options);
  const unseen = rows[seen.indexOf(0)];
  if (unseen) throw lacking(planned.get(unseen.part)?.key ?? '', unseen.itemId);
}

export function lacking(key: string, itemId: string): GoldpanError {
  return new GoldpanError(FAILURE.corruptObject, `${key} does not contain item ${itemId}. Start assemble again.`);
}
