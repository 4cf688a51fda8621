// Infers settings from the headers of some images: the settings of a dataset, and the number of images in one unit.
import { LIMITS } from '../../base/limits.ts';
import type { Inferred } from '../config.ts';
import type { Sample } from '../define/cleaned.ts';
import { labelsFrom } from '../labels.ts';
import { type ImageHeader, imageTypeOf, readImageHeader } from './header.ts';
import { decodingCost, SLOW_FACTOR } from './read/decoding-cost.ts';

const LONGEST_SIDE = 64;
const SHORTEST_SIDE = 8;
const MULTIPLE = 4;
const UNKNOWN_SIZE = { width: LONGEST_SIDE, height: LONGEST_SIDE, channels: 3, fit: 'cover' } as const;
/** Fewer photos are not enough to suggest a common subject. */
const SUBJECT_IMAGES = 32;
/** Pixels of the shorter side from which a cut to the subject is still larger than the pixels of an item. */
const SUBJECT_SIDE = 128;
/** Minimum share of the images that must be such photos. */
const SUBJECT_SHARE = 0.8;
/** Half of the pixels that one call can decode in time, because the samples may not include the largest images. */
const UNIT_PIXELS = LIMITS.unitPixels / 2;

/**
 * Infers the most common size and channels; photos of a common subject get `fit: subject`. `paths` are relative to the dataset or the
 * archive. A single path counts for its folder, since more files will follow; several paths suggest labels if they are in at least two
 * folders. Returns undefined without a readable header.
 */
export function inferFromHeaders(
  headers: readonly ImageHeader[],
  paths: readonly string[],
): Extract<Inferred, { kind: 'image' }> | undefined {
  const size = mostCommon(headers.map(({ width, height }) => `${width}x${height}`));
  const channels = mostCommon(headers.map((header) => String(header.channels)));
  if (size === undefined || channels === undefined) return undefined;
  const [width, height] = size.split('x').map(Number) as [number, number];
  const labelled = labelsFrom(paths);
  if (arePhotos(headers)) {
    const image = { width: LONGEST_SIDE, height: LONGEST_SIDE, channels: 3, fit: 'subject' } as const;
    return { kind: 'image', image, ...labelled };
  }
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  return {
    kind: 'image',
    image: {
      width: allowedSide(width * scale),
      height: allowedSide(height * scale),
      channels: channels === '1' ? 1 : 3,
      fit: 'cover',
    },
    ...labelled,
  };
}

/**
 * Returns whether the images should be cropped to a common subject: many large colour photos. Photos of one square size have been cropped
 * already.
 */
function arePhotos(headers: readonly ImageHeader[]): boolean {
  if (headers.length < SUBJECT_IMAGES) return false;
  const large = headers.filter(
    ({ channels, width, height }) => channels === 3 && Math.min(width, height) >= SUBJECT_SIDE,
  );
  const sizes = new Set(headers.map(({ width, height }) => `${width}x${height}`));
  const areSquare = headers.every(({ width, height }) => width === height);
  return large.length >= SUBJECT_SHARE * headers.length && !(areSquare && sizes.size === 1);
}

export function inferImages(samples: readonly Sample[], paths: readonly string[]): Inferred | undefined {
  const headers = samples.flatMap(({ start }) => readImageHeader(start) ?? []);
  const found = inferFromHeaders(headers, paths);
  // The header of a TIFF can follow its pixels, beyond the sample.
  const isTiff = samples.some(({ start }) => imageTypeOf(start) === 'image/tiff');
  return found || !isTiff ? found : { kind: 'image', image: UNKNOWN_SIZE, ...labelsFrom(paths) };
}

/** Returns whether it is an image whose header is incomplete in these bytes: cameras write a preview in front of it. */
export function needsLongerStart(start: Uint8Array): boolean {
  return imageTypeOf(start) !== undefined && readImageHeader(start) === undefined;
}

/** Returns how many images one call can decode in time, from the sizes that some of them declare. */
export async function imagesPerUnit(files: number, samples: () => Promise<readonly Sample[]>): Promise<number> {
  if (files * LIMITS.imagePixels * SLOW_FACTOR <= UNIT_PIXELS) return LIMITS.unitEntries;
  const read = await samples();
  let cost = 0;
  for (const { start } of read) {
    const header = readImageHeader(start);
    // Larger images are refused by their header.
    if (header && header.width * header.height <= LIMITS.imagePixels) cost += decodingCost(header);
  }
  return Math.max(1, Math.min(LIMITS.unitEntries, Math.floor((UNIT_PIXELS * read.length) / Math.max(cost, 1))));
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
