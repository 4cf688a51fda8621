// Labels that are the names of folders.
import { classOfPath, splitFolders } from './split-folders.ts';

const MOST_SPELLINGS = 3;
const METADATA: readonly string[] = ['metadata.csv', 'metadata.jsonl'];

/** The labels that the first upload suggests. `split`: set if its folders are named after splits. */
export type Labelled = { readonly labels: 'folder' | 'none' | `sidecar:${string}`; readonly split?: 'folders' };

/**
 * Infers where labels come from. Folders are labels if there are at least two, or if a folder holds a single file. Folders named after
 * splits are not labels. Without label folders, a metadata file beside the others provides the labels.
 */
export function labelsFrom(paths: readonly string[]): Labelled {
  const isSplit = splitFolders(paths) !== undefined;
  const folders = new Set(paths.map(isSplit ? classOfPath : parentFolder).filter((folder) => folder !== null));
  const isFolder = folders.size >= Math.min(2, paths.length) && folders.size > 0;
  const labels = isFolder ? 'folder' : (metadataOf(paths) ?? 'none');
  return isSplit ? { labels, split: 'folders' } : { labels };
}

/** Finds a metadata file as Hugging Face's imagefolder and audiofolder define it. */
function metadataOf(paths: readonly string[]): `sidecar:${string}` | undefined {
  const names = paths.map((path) => path.slice(path.lastIndexOf('/') + 1));
  const found = METADATA.find((name) => names.includes(name));
  return found !== undefined && names.some((name) => !METADATA.includes(name)) ? `sidecar:${found}` : undefined;
}

/** The label of a file where labels are folders: its immediate parent folder, null at the root. */
export function parentFolder(path: string): string | null {
  return path.split('/').at(-2) || null;
}

/** A class under its most frequent spelling. */
export type Spelling = { readonly chosen: string; readonly others: readonly string[]; readonly items: number };

/**
 * Labels that differ only by case, width, spaces or normal form are one class. Returns those with several spellings. `counts`:
 * items by label. Ties go to the spelling that sorts first.
 */
export function spellingsOf(counts: ReadonlyMap<string, number>): Spelling[] {
  const byName = Map.groupBy(counts, ([label]) => foldedLabel(label));
  const several = [...byName.values()].filter((spellings) => spellings.length > 1);
  return several.map((spellings) => {
    const [chosen, ...others] = [...spellings].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    const items = others.reduce((sum, [, count]) => sum + count, 0);
    return { chosen: (chosen as [string, number])[0], others: others.map(([label]) => label), items };
  });
}

/** The spelling of its class, for every label that has another. */
export function chosenSpellings(counts: ReadonlyMap<string, number>): ReadonlyMap<string, string> {
  return new Map(spellingsOf(counts).flatMap(({ chosen, others }) => others.map((label) => [label, chosen] as const)));
}

/** `"Cat", "cat " are "cat"` */
export function spellingText({ chosen, others }: Spelling): string {
  const shown = others.slice(0, MOST_SPELLINGS).map((label) => JSON.stringify(label));
  const rest = others.length > MOST_SPELLINGS ? [`${others.length - MOST_SPELLINGS} more`] : [];
  return `${[...shown, ...rest].join(', ')} count as ${JSON.stringify(chosen)}`;
}

function foldedLabel(label: string): string {
  return label.normalize('NFKC').trim().replaceAll(/\s+/gu, ' ').toLowerCase();
}
