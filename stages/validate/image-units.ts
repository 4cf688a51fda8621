// How many pictures one call can decode in time, by the sizes that some of them declare.

import { LIMITS } from '#core/base/limits.ts';
import { readImageHeader } from '#core/kinds/image/header.ts';
import { readSamples } from './inference.ts';
import type { Listing } from './plan.ts';

/** The samples may have missed the largest. */
const PIXELS = LIMITS.unitPixels / 2;

export async function picturesAUnit(listing: Listing): Promise<number> {
  if (listing.files.length * LIMITS.imagePixels <= PIXELS) return LIMITS.unitEntries;
  const samples = await readSamples(listing);
  let pixels = 0;
  for (const { start } of samples) {
    const header = readImageHeader(start);
    // Those with more are refused by their header.
    if (header && header.width * header.height <= LIMITS.imagePixels) pixels += header.width * header.height;
  }
  return Math.max(1, Math.min(LIMITS.unitEntries, Math.floor((PIXELS * samples.length) / Math.max(pixels, 1))));
}
