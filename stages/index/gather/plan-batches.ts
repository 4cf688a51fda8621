// Divides the parts of a snapshot into batches, and writes what is needed to gather each.
import { GatherBatch, GatherPlan, type GatherRequest } from '#core/snapshot/distributed.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { mapLimit } from '#core/store/map-limit.ts';
import type { Store } from '#core/store/store.ts';
import { seeFolders } from '../items/folder-facts.ts';
import { readSnapshotSchema } from '../items/snapshot-schema.ts';
import type { Prepared } from '../prepare.ts';
import { startsOf } from '../shards/write-plans.ts';

/** Parts of one batch: as many as one function reads in a minute, archives or single files. */
const PARTS = 40;
const SINGLE_FILES = 2_000;
const ITEMS = 80_000;
const WRITES_AT_ONCE = 64;

/** Writes the batches, their plan and last their list. Returns the plan. The same snapshot gives the same bytes. */
export async function planBatches(data: Store, prepared: Prepared): Promise<GatherPlan> {
  const { dataset, snapshotId, configId, config, details, sidecars, items } = prepared;
  const batches = batchesOf(prepared);
  await mapLimit([...batches.entries()], WRITES_AT_ONCE, ([batch, parts]) =>
    writeJson(data, keys.gatherBatch(dataset, snapshotId, batch), GatherBatch.parse({ schemaVersion: 1, parts })),
  );
  const plan: GatherPlan = {
    schemaVersion: 1,
    dataset,
    snapshotId,
    configId,
    config,
    schema: await readSnapshotSchema(data, dataset, config),
    folders: {
      spellings: seeFolders(config, details.verdicts).spellings.map(([from, to]) => [from, to]),
      splits: [...seeFolders(config, details.verdicts).splits],
    },
    sidecars: sidecars.map(({ sourceKey, path, key, sha256, alone }) => ({ sourceKey, path, key, sha256, alone })),
    items,
    batches: batches.length,
  };
  await writeJson(data, keys.gatherPlan(dataset, snapshotId), GatherPlan.parse(plan));
  const requests = batches.map((_, batch): GatherRequest => ({ dataset, snapshotId, batch }));
  await writeJson(data, keys.gatherList(dataset, snapshotId), requests);
  return plan;
}

function batchesOf({ parts }: Prepared): GatherBatch['parts'][] {
  const firstItems = startsOf(parts.map(({ items }) => items));
  const batches: GatherBatch['parts'][] = [];
  let [batch, items, upload] = [[] as GatherBatch['parts'], 0, -1];
  for (const [position, part] of parts.entries()) {
    if (part.sourceKey !== parts[position - 1]?.sourceKey) upload++;
    const most = items + part.items > SINGLE_FILES ? PARTS : SINGLE_FILES;
    if (batch.length > 0 && (batch.length >= most || items + part.items > ITEMS)) {
      batches.push(batch);
      [batch, items] = [[], 0];
    }
    const { rolled, ...known } = part;
    batch.push({ ...known, position, firstItem: firstItems[position] as number, upload, ...(rolled && { rolled }) });
    items += part.items;
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}
