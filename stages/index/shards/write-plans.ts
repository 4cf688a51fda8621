// Writes the list of shards for the state machine, and for each shard the plan that it is written by.
import type { ShardRequest, SnapshotIndex } from '#core/snapshot/messages.ts';
import { ShardPlan, SharedPlan } from '#core/snapshot/shard-plan.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';

const WRITES_AT_ONCE = 64;

/**
 * Writes the plans, then the list. `partsOf`: positions of the parts with items in each shard, in the order of `index.shards`.
 * Returns the number of shards.
 */
export async function writePlans(
  data: Store,
  index: SnapshotIndex,
  partsOf: readonly (readonly number[])[],
): Promise<number> {
  const { dataset, snapshotId, shards } = index;
  const { config, schema, labels, aligned } = index;
  const shared = { schemaVersion: 1, dataset, snapshotId, config, schema, labels, ...(aligned && { aligned }) };
  await writeJson(data, keys.sharedPlan(dataset, snapshotId), SharedPlan.parse(shared));
  const plans = plansOf(index, partsOf);
  for (let first = 0; first < shards.length; first += WRITES_AT_ONCE)
    await Promise.all(
      Array.from({ length: Math.min(WRITES_AT_ONCE, shards.length - first) }, (_, i) => {
        const plan = plans(first + i);
        return writeJson(data, keys.shardPlan(dataset, snapshotId, plan.name), plan);
      }),
    );
  const requests = shards.map(({ name }): ShardRequest => ({ dataset, snapshotId, shard: name }));
  await writeJson(data, keys.shardList(dataset, snapshotId), requests);
  return shards.length;
}

function plansOf({ parts, shards, items }: SnapshotIndex, partsOf: readonly (readonly number[])[]) {
  const firstItems = startsOf(parts.map((part) => part.items));
  const firstRows = startsOf(shards.map((shard) => shard.items));
  return (position: number): ShardPlan =>
    ShardPlan.parse({
      schemaVersion: 1,
      ...shards[position],
      rows: { file: items.file, first: firstRows[position] },
      parts: partsOf[position]?.map((part) => ({ position: part, firstItem: firstItems[part], ...parts[part] })),
    });
}

function startsOf(sizes: readonly number[]): number[] {
  let next = 0;
  return sizes.map((size) => {
    next += size;
    return next - size;
  });
}
