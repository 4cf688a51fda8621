// Writes the list of shards for the state machine, and for each shard the plan that it is written by.
import type { ShardRequest, SnapshotIndex } from '#core/snapshot/messages.ts';
import { ShardPlan, SharedPlan } from '#core/snapshot/shard-plan.ts';
import { isLarge } from '#core/snapshot/source-part.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { mapLimit } from '#core/store/map-limit.ts';
import type { Store } from '#core/store/store.ts';

const WRITES_AT_ONCE = 64;

/** Where the rows of a shard are: consecutive in a file, from row `first`. parts: positions of the parts with items in the shard. */
export type ShardPlace = { readonly rows: ShardPlan['rows']; readonly parts: readonly number[] };

/** Writes the plans, then the list. `places`: in the order of `index.shards`. Returns the number of shards. */
export async function writePlans(data: Store, index: SnapshotIndex, places: readonly ShardPlace[]): Promise<number> {
  const { dataset, snapshotId, shards } = index;
  const { config, schema, labels, aligned } = index;
  const shared = { schemaVersion: 1, dataset, snapshotId, config, schema, labels, ...(aligned && { aligned }) };
  await writeJson(data, keys.sharedPlan(dataset, snapshotId), SharedPlan.parse(shared));
  const plans = plansOf(index, places, await etagsOf(data, index.parts));
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

/** Returns the ETags of large parts: index has compared their hashes, so a shard need not read the whole part again. */
async function etagsOf(data: Store, parts: SnapshotIndex['parts']): Promise<ReadonlyMap<number, string>> {
  const large = [...parts.entries()].filter(([, part]) => isLarge(part));
  const found = await mapLimit(large, WRITES_AT_ONCE, async ([, { key }]) => (await data.head(key))?.etag);
  return new Map(large.flatMap(([position], i) => (found[i] === undefined ? [] : [[position, found[i]] as const])));
}

function plansOf({ parts, shards }: SnapshotIndex, places: readonly ShardPlace[], etags: ReadonlyMap<number, string>) {
  const firstItems = startsOf(parts.map((part) => part.items));
  return (position: number): ShardPlan => {
    const { rows, parts: own } = places[position] as ShardPlace;
    const planned = own.map((part) => ({
      position: part,
      firstItem: firstItems[part],
      ...parts[part],
      ...(etags.has(part) && { etag: etags.get(part) }),
    }));
    return ShardPlan.parse({ schemaVersion: 1, ...shards[position], rows, parts: planned });
  };
}

/** Returns the sum of the sizes before each. */
export function startsOf(sizes: readonly number[]): number[] {
  let next = 0;
  return sizes.map((size) => {
    next += size;
    return next - size;
  });
}
