// Folders that are named after splits, as most published datasets have them, and the class of a file beside them.
import type { Split } from './split.ts';

const NAMES: Readonly<Record<string, Split>> = {
  train: 'train',
  training: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
};
/** `train2017`, `val_2012` and their like. */
const YEAR = /[-_]?(19|20)\d\d$/;
/** Names of folders that contain everything and are neither splits nor classes. */
const CONTAINERS = new Set([
  'images',
  'image',
  'img',
  'imgs',
  'data',
  'dataset',
  'jpegimages',
  'audio',
  'audios',
  'wav',
  'wavs',
  'clips',
  'texts',
  'text',
  'files',
]);
/** Minimum share of the files that must be in such folders. */
const MOSTLY = 0.9;

/** The split that the folder is named after; undefined for any other. */
function splitOfFolder(name: string): Split | undefined {
  const plain = name.trim().toLowerCase().replace(YEAR, '');
  return Object.hasOwn(NAMES, plain) ? NAMES[plain] : undefined;
}

/** Returns the split that the nearest folder of the file is named after. */
export function splitOfPath(path: string): Split | undefined {
  const folders = path.split('/').slice(0, -1).reverse();
  for (const folder of folders) {
    const split = splitOfFolder(folder);
    if (split) return split;
  }
  return undefined;
}

/** Returns the nearest folder whose name is neither that of a split nor a general one such as `images`; null without one. */
export function classOfPath(path: string): string | null {
  const folders = path.split('/').slice(0, -1);
  const first = folders.findIndex((folder) => splitOfFolder(folder) !== undefined);
  // A folder above `train` that also contains `test` is the dataset itself, unless there is no folder below.
  const below = folders.slice(first + 1);
  const named = (some: readonly string[]) =>
    some.findLast((folder) => splitOfFolder(folder) === undefined && !CONTAINERS.has(folder.toLowerCase()));
  return named(below) ?? (first > 0 ? named(folders.slice(0, first)) : undefined) ?? null;
}

/** Counts the files in each split by their folders; returns undefined if the folders are not splits. */
export function splitFolders(paths: readonly string[]): ReadonlyMap<Split, number> | undefined {
  const counts = new Map<Split, number>();
  for (const path of paths) {
    const split = splitOfPath(path);
    if (split) counts.set(split, (counts.get(split) ?? 0) + 1);
  }
  const placed = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return counts.has('train') && counts.size >= 2 && placed >= MOSTLY * paths.length ? counts : undefined;
}
