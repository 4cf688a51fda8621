// Deletes a dataset: its uploaded files, and everything that was made of them.
import { takeInventory } from '#core/ingest/inventory.ts';
import { dropKey, keys, type Prefix, WRITERS } from '#core/store/keys.ts';
import { mapLimit } from '#core/store/map-limit.ts';
import type { Store } from '#core/store/store.ts';
import type { Context } from '../../context.ts';
import type { Deployment } from '../../deployment.ts';
import { ClientFailure } from '../../failure.ts';
import { latestRun, readCurrentModel, statusOfRun } from '../../training/run-facts.ts';
import { checkedDataset } from '../checked-dataset.ts';
import { adviseOnUnknown } from '../list-datasets.ts';
import { readConfig } from '../read-status.ts';
import type { DatasetRemovedOutput, StoredPart } from './output.ts';

const AT_ONCE = 32;

type Found = StoredPart & { readonly keys: readonly string[] };

/**
 * Deletes every object of a dataset once `confirm` has answered true. The drop bucket keeps the old versions of uploaded files for
 * some days, as for any deleted file; what lies in the data bucket is gone. Throws ClientFailure if there is no such dataset, or if its
 * newest run is training.
 */
export async function removeDataset(
  { deployment }: Context,
  givenDataset: string,
  confirm: (found: DatasetRemovedOutput) => Promise<boolean>,
): Promise<DatasetRemovedOutput> {
  const dataset = checkedDataset(givenDataset);
  const found = await findObjects(deployment, dataset);
  if (found.length === 0)
    throw new ClientFailure(`There is no dataset ${dataset} in ${deployment.drop.bucket}.`, {
      next: await adviseOnUnknown(deployment, dataset),
    });
  await refuseWhileTraining(deployment.data, dataset);
  const sum = (of: (part: Found) => number) => found.reduce((total, part) => total + of(part), 0);
  const answer: DatasetRemovedOutput = {
    dataset,
    parts: found.map(({ keys: _keys, ...part }) => part),
    objects: sum(({ objects }) => objects),
    bytes: sum(({ bytes }) => bytes),
    pendingUploads: await countPending(deployment, dataset),
    servingModel: (await readCurrentModel(deployment.data, dataset))?.modelId ?? null,
    removed: false,
  };
  if (!(await confirm(answer))) return answer;
  // Uploaded files are deleted first; without them the other objects are not created again.
  for (const { bucket, keys: names } of found) await mapLimit(names, AT_ONCE, (key) => deployment[bucket].delete(key));
  return { ...answer, removed: true };
}

async function findObjects({ drop, data }: Pick<Deployment, 'drop' | 'data'>, dataset: string): Promise<Found[]> {
  const places: { readonly bucket: 'drop' | 'data'; readonly prefix: string }[] = [
    { bucket: 'drop', prefix: dropKey(dataset, '') },
    ...(Object.keys(WRITERS) as Prefix[]).map((prefix) => ({
      bucket: 'data' as const,
      prefix: keys.under(prefix, dataset),
    })),
  ];
  const found: Found[] = [];
  for (const { bucket, prefix } of places) {
    const names: string[] = [];
    let bytes = 0;
    for await (const { key, size } of (bucket === 'drop' ? drop : data).list(prefix)) {
      names.push(key);
      bytes += size;
    }
    if (names.length > 0) found.push({ bucket, prefix, objects: names.length, bytes, keys: names });
  }
  return found;
}

async function refuseWhileTraining(data: Store, dataset: string): Promise<void> {
  const run = await latestRun(data, dataset);
  if (!run || statusOfRun(run) !== 'running') return;
  throw new ClientFailure(`Run ${run.runId} of ${dataset} is training and would write into the dataset again.`, {
    next: `Stop it first: goldpan runs stop ${dataset} ${run.runId}`,
  });
}

async function countPending({ drop, data }: Pick<Deployment, 'drop' | 'data'>, dataset: string): Promise<number> {
  const config = await readConfig(data, dataset);
  const { uploads } = await takeInventory(drop, data, dataset, config?.configId);
  return uploads.filter(({ state }) => state === 'pending').length;
}
