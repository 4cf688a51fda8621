// Counts the items in each folder. Folder names are labels where the dataset has `labels: folder`.
import * as z from 'zod';
import { CountsByName } from '../../base/json/counts-by-name.ts';
import { parentFolder } from '../labels.ts';
import { SPLITS } from '../split.ts';
import { classOfPath, splitOfPath } from '../split-folders.ts';

/** More folders than this in one unit are not counted, since they can hardly be classes. */
const MOST_FOLDERS = 1_000;

/** classes, splits: only where some folder is named after a split. */
export const Folders = z.object({
  labels: CountsByName,
  classes: CountsByName.optional(),
  splits: z.array(z.enum(SPLITS)).optional(),
});
export type Folders = z.infer<typeof Folders>;

/** Returns undefined if no item is in a folder, or if there are too many folders. */
export function folderCounts(paths: readonly string[]): Folders | undefined {
  const labels = countOf(paths.map(parentFolder));
  const splits = [...new Set(paths.map(splitOfPath))].filter((split) => split !== undefined);
  const size = Object.keys(labels).length;
  if (size === 0 || size > MOST_FOLDERS) return undefined;
  return splits.length === 0 ? { labels } : { labels, classes: countOf(paths.map(classOfPath)), splits: splits.sort() };
}

/** Returns the labels of a sidecar in the form of folders; undefined if it names no label, or too many. */
export function saidCounts(labels: readonly (string | null)[]): Folders | undefined {
  const counts = countOf(labels);
  const size = Object.keys(counts).length;
  return size === 0 || size > MOST_FOLDERS ? undefined : { labels: counts };
}

function countOf(names: readonly (string | null)[]): Record<string, number> {
  const found = new Map<string, number>();
  for (const name of names) if (name !== null) found.set(name, (found.get(name) ?? 0) + 1);
  return Object.fromEntries(found);
}

/** Items by label, of several units. */
export function addedFolders(all: Iterable<Folders | undefined>, which: 'labels' | 'classes'): Map<string, number> {
  const sum = new Map<string, number>();
  for (const folders of all)
    for (const [label, count] of Object.entries(folders?.[which] ?? folders?.labels ?? {}))
      sum.set(label, (sum.get(label) ?? 0) + count);
  return sum;
}
