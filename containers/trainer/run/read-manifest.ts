// Reads the manifest of the snapshot that a run trains on.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { SPLITS } from '#core/kinds/split.ts';
import { Manifest, type ManifestOf, type TrainingJob } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import type { TaskInput } from '../state/protocol.ts';

/**
 * Reads the manifest. Throws NoDataError if the snapshot or one of its splits is empty or missing.
 */
export async function readManifest(
  data: Store,
  { dataset, snapshotId }: TrainingJob,
): Promise<ManifestOf<TaskInput['kind']>> {
  const manifest = (await readJson(data, keys.manifest(dataset, snapshotId), Manifest))?.value;
  if (!manifest) throw noData(`the snapshot ${snapshotId} of ${dataset} does not exist`);
  const { config } = manifest;
  for (const split of SPLITS) {
    if ((manifest.splits[split] ?? 0) < 1) throw noData(`the ${split} split of ${snapshotId} has no items`);
  }
  return { ...manifest, config };
}

function noData(what: string): GoldpanError {
  return new GoldpanError(FAILURE.noData, `${what}: there is nothing to train on`);
}
