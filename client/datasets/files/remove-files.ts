// Deletes dropped files, and brings deleted ones back.

import { CONFIG_FILE, dropKey } from '#core/store/keys.ts';
import { mapLimit } from '#core/store/map-limit.ts';
import type { Context } from '../../context.ts';
import { ClientFailure, EXIT } from '../../failure.ts';
import { checkedDataset } from '../checked-dataset.ts';
import { liesIn, readFiles, refuseNothing } from './list-files.ts';
import type { DroppedFile, RemovedOutput, RestoredOutput } from './output.ts';

const AT_ONCE = 32;

/**
 * Deletes files, or folders with all that lies in them, once `confirm` has answered true. Their items leave the next snapshot;
 * snapshots and models that exist keep them. The bucket keeps the old versions, so that `restoreFiles` can bring them back.
 * Throws ClientFailure when nothing lies at a path, or for dataset.yaml.
 */
export async function removeFiles(
  { deployment }: Context,
  givenDataset: string,
  paths: readonly string[],
  confirm: (files: readonly DroppedFile[]) => Promise<boolean>,
): Promise<RemovedOutput> {
  const dataset = checkedDataset(givenDataset);
  if (paths.includes(CONFIG_FILE))
    throw new ClientFailure(`${CONFIG_FILE} cannot be removed: a dataset always has a configuration.`, {
      next: `Change it: goldpan config set ${dataset} <setting>=<value>`,
      exitCode: EXIT.usage,
    });
  const present = (await readFiles(deployment, dataset)).filter(({ state }) => state !== 'configuration');
  for (const path of paths)
    if (!present.some((file) => liesIn(file.path, path))) await refuseNothing(deployment, dataset, path, present);
  const files = present.filter((file) => paths.some((path) => liesIn(file.path, path)));
  const removed = await confirm(files);
  if (removed) await mapLimit(files, AT_ONCE, ({ path }) => deployment.drop.delete(dropKey(dataset, path)));
  return { dataset, files, removed };
}

/**
 * Restores deleted files as the same versions, so that their verdicts are valid again. Throws ClientFailure if there is nothing deleted at
 * a path.
 */
export async function restoreFiles(
  { deployment }: Context,
  givenDataset: string,
  paths: readonly string[],
): Promise<RestoredOutput> {
  const dataset = checkedDataset(givenDataset);
  const markers: { readonly path: string; readonly key: string; readonly versionId: string }[] = [];
  for await (const { key, versionId, deleted } of deployment.drop.listLatest(dropKey(dataset, ''))) {
    const path = key.slice(dropKey(dataset, '').length);
    if (deleted && paths.some((given) => liesIn(path, given))) markers.push({ path, key, versionId });
  }
  const unknown = paths.find((given) => !markers.some(({ path }) => liesIn(path, given)));
  if (unknown !== undefined)
    throw new ClientFailure(`Nothing that was deleted from ${dataset} is named ${unknown}.`, {
      next: `List what was deleted: goldpan ls ${dataset} --deleted`,
    });
  await mapLimit(markers, AT_ONCE, ({ key, versionId }) => deployment.drop.delete(key, { versionId }));
  return { dataset, paths: markers.map(({ path }) => path) };
}
