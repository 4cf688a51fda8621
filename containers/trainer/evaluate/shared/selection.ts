// Selects an epoch of a model without a likelihood, by the distance of its samples from the validation split.
import type { Pixels } from '../../data/batches.ts';
import type { ByteRange } from '../../data/item-bytes.ts';
import { kid } from './kid.ts';
import { firstRows, type Matrix } from './matrix.ts';

/** Number of images on each side: enough to distinguish epochs, in about a second. */
export const SELECTION_ITEMS = 1_000;

/** Maps images to features; frozen, the same for every model of a snapshot. */
export type ExtractFeatures = (pixels: Pixels) => Matrix;

export type Selection = {
  /** Number of images that `score` needs. */
  readonly items: number;
  /** Returns the distance; lower is better. */
  score(samples: Pixels): number;
};

/** Returns the unbiased KID of two sets of features; lower is better, and about 0 for sets that are alike. */
export function scoreSamples(features: Matrix, realFeatures: Matrix): number {
  return kid(features, realFeatures);
}

/** Scores samples against the first images of the validation split, whose features are computed once. */
export function openSelection(validation: Pixels<ByteRange>, extract: ExtractFeatures): Selection {
  const items = Math.min(validation.items, SELECTION_ITEMS);
  const real = extract({ ...validation, items, bytes: validation.bytes.subarray(0, items * validation.size) });
  return { items, score: (samples) => scoreSamples(firstRows(extract(samples), items), real) };
}
