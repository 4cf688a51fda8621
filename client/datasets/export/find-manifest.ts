// Finds a snapshot of a dataset by the beginning of its id.
import { Manifest } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { ClientFailure } from '../../failure.ts';
import { listFolders } from '../../training/run-facts.ts';

/** `given`: undefined for the newest snapshot. Throws ClientFailure if there is none, or if several ids begin so. */
export async function findManifest(data: Store, dataset: string, given: string | undefined): Promise<Manifest> {
  const ids = await listFolders(data, keys.snapshots(dataset), 'manifest.json');
  const found = given === undefined ? ids.slice(0, 1) : ids.filter((id) => id.startsWith(given));
  const [snapshotId, ...others] = found;
  if (ids.length === 0)
    throw new ClientFailure(`There is no snapshot of ${dataset} yet.`, {
      next: `goldpan report ${dataset} makes one of the accepted items.`,
    });
  if (snapshotId === undefined)
    throw new ClientFailure(`No snapshot of ${dataset} has an id that begins with ${given}.`, {
      next: `Give one of: ${ids.join(', ')}.`,
    });
  if (others.length > 0)
    throw new ClientFailure(`${found.length} snapshots of ${dataset} have ids that begin with ${given}.`, {
      next: `Give one of: ${found.join(', ')}.`,
    });
  const manifest = await readJson(data, keys.manifest(dataset, snapshotId), Manifest);
  if (!manifest) throw new ClientFailure(`Snapshot ${snapshotId} of ${dataset} was deleted meanwhile.`);
  return manifest.value;
}
