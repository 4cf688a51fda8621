// Lists the files that were dropped into a dataset, each with its state.

import { countInventory, readDetails, takeInventory } from '#core/ingest/inventory.ts';
import { CONFIG_FILE, dropKey, isFolderMarker, keys, parseDropKey } from '#core/store/keys.ts';
import type { Context } from '../../context.ts';
import type { Deployment } from '../../deployment.ts';
import { ClientFailure } from '../../failure.ts';
import { checkedDataset } from '../checked-dataset.ts';
import { adviseOnUnknown } from '../list-datasets.ts';
import { readConfig } from '../read-status.ts';
import type { DroppedFile, FilesOutput } from './output.ts';

const ARCHIVE = /\.(zip|tar|tgz|tar\.[a-z0-9]+)$/i;

export type FileListing = {
  /** A file, or a folder with all its content; undefined: everything. */
  readonly path: string | undefined;
  /** Lists the deleted files that can be restored, instead of the existing ones. */
  readonly deleted: boolean;
  /** Most files to return. */
  readonly show: number;
};

/** Throws ClientFailure when there is no such dataset, or nothing at the path. */
export async function listFiles(
  { deployment }: Context,
  givenDataset: string,
  { path, deleted, show }: FileListing,
): Promise<FilesOutput> {
  const dataset = checkedDataset(givenDataset);
  const read = deleted ? readDeleted : readFiles;
  const all = await read(deployment, dataset);
  const files = path === undefined ? all : all.filter((file) => liesIn(file.path, path));
  if (files.length === 0 && !deleted) await refuseNothing(deployment, dataset, path, all);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { dataset, files: files.slice(0, show), total: files.length, bytes };
}

/** Returns the files that are there, dataset.yaml included, in the order of their keys. */
export async function readFiles({ drop, data }: Pick<Deployment, 'drop' | 'data'>, dataset: string) {
  const inForce = await readConfig(data, dataset);
  const inventory = await takeInventory(drop, data, dataset, inForce?.configId);
  const details = await readDetails(data, inventory);
  const verdicts = Map.groupBy(details.verdicts, ({ uploadId }) => uploadId);
  const refusals = Map.groupBy(details.refusals, ({ uploadId }) => uploadId);
  const files = inventory.uploads.map((upload): DroppedFile => {
    const { uploadId, key, object } = upload;
    const own = { verdicts: verdicts.get(uploadId) ?? [], refusals: refusals.get(uploadId) ?? [] };
    const { uploads, items } = countInventory({ uploads: [upload] }, own);
    const state = (['accepted', 'partly', 'rejected', 'pending'] as const).find((one) => uploads[one] > 0);
    return { ...placeOf(key, object), state: state ?? 'pending', ...items };
  });
  const config = await drop.head(dropKey(dataset, CONFIG_FILE));
  const isRefused = files.some((file) => file.path === CONFIG_FILE);
  const listed = { size: config?.size ?? 0, modifiedAt: config?.modifiedAt ?? new Date(0) };
  return config && !isRefused
    ? [
        {
          ...placeOf(dropKey(dataset, CONFIG_FILE), listed),
          state: 'configuration',
          accepted: 0,
          rejected: 0,
        } as const,
        ...files,
      ]
    : files;
}

/** Returns whether the path equals the given one or is inside a folder of that name. */
export function liesIn(path: string, given: string): boolean {
  const folder = given.endsWith('/') ? given : `${given}/`;
  return path === given || path.startsWith(folder);
}

/**
 * Throws ClientFailure that says whether the dataset or the path is unknown. `present`: the files that are there, of which an archive may
 * hold what was meant.
 */
export async function refuseNothing(
  deployment: Pick<Deployment, 'drop' | 'data'>,
  dataset: string,
  path: string | undefined,
  present: readonly DroppedFile[],
): Promise<never> {
  const known = await deployment.data.head(keys.currentConfig(dataset));
  if (!known) {
    const next = await adviseOnUnknown(deployment, dataset);
    throw new ClientFailure(`There is no dataset ${dataset} in ${deployment.drop.bucket}.`, { next });
  }
  if (path === undefined) throw new ClientFailure(`There is no file in ${dataset}.`, { next: deletedAdvice(dataset) });
  const archive = present.find((file) => ARCHIVE.test(file.path));
  const advice = archive
    ? ` A folder is uploaded as an archive, such as ${archive.path}: to leave out one of its files, delete it from the folder and put the folder again.`
    : '';
  throw new ClientFailure(`There is no file or folder ${path} in ${dataset}.`, {
    next: `List the files: goldpan ls ${dataset}.${advice}`,
  });
}

async function readDeleted({ drop }: Pick<Deployment, 'drop'>, dataset: string): Promise<DroppedFile[]> {
  const files: DroppedFile[] = [];
  for await (const { key, deleted, modifiedAt } of drop.listLatest(dropKey(dataset, ''))) {
    if (!deleted || isFolderMarker(key, 0)) continue;
    files.push({ ...placeOf(key, { size: 0, modifiedAt }), state: 'deleted', accepted: 0, rejected: 0 });
  }
  return files;
}

function deletedAdvice(dataset: string): string {
  return `List what was deleted: goldpan ls ${dataset} --deleted`;
}

function placeOf(key: string, { size, modifiedAt }: { readonly size: number; readonly modifiedAt: Date }) {
  return { path: parseDropKey(key)?.path ?? key, bytes: size, changedAt: modifiedAt.toISOString() };
}
