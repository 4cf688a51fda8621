// The space in which items are compared for outliers: their measures and the cells of their thumbnails, and which of their deviations counts.

import type { Comparison } from '#core/kinds/define/comparison.ts';
import { THUMBNAIL_BYTES, THUMBNAIL_SIDE } from '#core/similarity/thumbnail.ts';
import { type Spread, standardizedBy } from '#core/snapshot/statistics/robust.ts';

/** With fewer items, nothing is an outlier. */
export const LEAST_ITEMS = 30;
export const REMOTENESS = 'distance to the nearest items';
/** Deviations are clipped at this value in distances, so that one extreme measure does not dominate. */
const FARTHEST = 6;
/** A thumbnail is compared as 4 x 4 cells, each with half the weight of a measure. */
const CELLS = 4;
const CELL_WEIGHT = 0.5;
const DIGITS = 4;

/** Returns the number of cells of a fingerprint; 0 if it does not start with a thumbnail. */
export function thumbnailCells({ fingerprintBytes }: Pick<Comparison, 'fingerprintBytes'>): number {
  return fingerprintBytes > 0 && fingerprintBytes % THUMBNAIL_BYTES === 0 ? CELLS * CELLS : 0;
}

/** Returns the sum of the pixels of one cell of the thumbnail that begins at `start`. */
export function cellSum(fingerprints: Uint8Array, start: number, cell: number): number {
  const side = THUMBNAIL_SIDE / CELLS;
  const [top, left] = [Math.floor(cell / CELLS) * side, (cell % CELLS) * side];
  let sum = 0;
  for (let y = top; y < top + side; y++)
    for (let x = left; x < left + side; x++) sum += fingerprints[start + y * THUMBNAIL_SIDE + x] as number;
  return sum;
}

/** Returns the coordinate of a measure or, with `isCell`, of a cell. It is stored with 32 bits. */
export function coordinate(spread: Spread, value: number, isCell: boolean): number {
  const deviation = standardizedBy(spread, value) * (isCell ? CELL_WEIGHT : 1);
  return Math.max(-FARTHEST, Math.min(FARTHEST, deviation));
}

/** The deviation of an item with 4 digits, and the measure or the remoteness that it is of. */
export type Deviation<Of> = { readonly of: Of; readonly deviation: number };

/** Returns the greater of an item's deviation so far and another one. */
export function greaterDeviation<Of>(before: Deviation<Of> | undefined, of: Of, deviation: number): Deviation<Of> {
  return !before || deviation > before.deviation ? { of, deviation: Number(deviation.toPrecision(DIGITS)) } : before;
}
