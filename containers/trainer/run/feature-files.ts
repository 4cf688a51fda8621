// Stores the feature network of a snapshot: the first run trains it, later runs are evaluated with it.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FeatureNetRecord } from '#core/model/messages/image-metrics.ts';
import type { TrainingJob } from '#core/snapshot/messages.ts';
import { readJson, writeOnce } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import type { StoredFeatures } from '../state/protocol.ts';
import type { RunDeps } from './trainer-deps.ts';

/** Returns null if there is none yet. */
export async function fetchFeatures(
  data: Store,
  { dataset, snapshotId }: TrainingJob,
  folder: string,
): Promise<StoredFeatures | null> {
  const record = await readJson(data, keys.featureNet(dataset, snapshotId), FeatureNetRecord);
  const weights = record && (await data.get(keys.featureWeights(dataset, record.value.facts.sha256)));
  if (!record || !weights) return null;
  const weightsFile = join(folder, 'features.safetensors');
  await writeFile(weightsFile, weights.body);
  return { weightsFile, facts: record.value.facts };
}

/**
 * Writes the weights first. If another run was faster, its network is kept, and the metrics of this run contain the
 * hash of their own.
 */
export async function storeFeatures(
  { data, job, lease }: RunDeps,
  { weightsFile, facts }: StoredFeatures,
): Promise<void> {
  const { dataset, snapshotId } = job;
  await lease.hold();
  await data.put(keys.featureWeights(dataset, facts.sha256), await readFile(weightsFile));
  const record: FeatureNetRecord = { schemaVersion: 1, dataset, snapshotId, facts };
  await writeOnce(data, keys.featureNet(dataset, snapshotId), record);
}
