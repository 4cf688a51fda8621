// What dataset.yaml leaves open is taken from what lies there: the most common size and channels, folders as labels.
import type { Inferred } from '../kinds/config.ts';
import type { ImageHeader } from '../kinds/image/header.ts';

/** Headers of so many files say enough about an upload. */
export const INFERENCE_SAMPLES = 64;
const LONGEST_SIDE = 64;
const SHORTEST_SIDE = 8;
const MULTIPLE = 4;

/**
 * `paths` are relative to the dataset or the archive. A single path speaks for the folder it lies in, since more will
 * follow; several speak for labels when they lie in at least two. Undefined without a readable header.
 */
export function inferConfig(
  headers: readonly ImageHeader[],
  paths: readonly string[],
): Extract<Inferred, { kind: 'image' }> | undefined {
  const size = mostCommon(headers.map(({ width, height }) => `${width}x${height}`));
  const channels = mostCommon(headers.map((header) => String(header.channels)));
  if (size === undefined || channels === undefined) return undefined;
  const [width, height] = size.split('x').map(Number) as [number, number];
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  return {
    kind: 'image',
    image: {
      width: allowedSide(width * scale),
      height: allowedSide(height * scale),
      channels: channels === '1' ? 1 : 3,
      fit: 'cover',
    },
    labels: labelsFrom(paths),
  };
}

/** Folders are labels when there are two, or when a single file lies in one. */
export function labelsFrom(paths: readonly string[]): 'folder' | 'none' {
  const folders = new Set(paths.map(parentFolder).filter((folder) => folder !== null));
  return folders.size >= Math.min(2, paths.length) && folders.size > 0 ? 'folder' : 'none';
}

/** The label of a file where labels are folders: its immediate parent folder, null at the root. */
export function parentFolder(path: string): string | null {
  return path.split('/').at(-2) || null;
}

/** `count` indices spread evenly over `total`, all of them where there are fewer. */
export function spread(total: number, count: number): number[] {
  const taken = Math.min(total, count);
  return Array.from({ length: taken }, (_, i) => Math.floor((i * total) / taken));
}

/** Ties go to the value that sorts last, so that the answer depends on no order. */
function mostCommon(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const ranked = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? 1 : -1));
  return ranked[0]?.[0];
}

function allowedSide(pixels: number): number {
  return Math.max(SHORTEST_SIDE, Math.round(pixels / MULTIPLE) * MULTIPLE);
}
