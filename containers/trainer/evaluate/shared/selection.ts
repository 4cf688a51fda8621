// Selects an epoch of a model without a likelihood: by the distance of its samples from the validation split.
import type { Pixels } from '../../data/batches.ts';
import type { ByteRange } from '../../data/item-bytes.ts';
import { kid } from './kid.ts';
import { firstRows, type Matrix } from './matrix.ts';

/** Images on each side; enough to tell epochs apart, and a second's work. */
export const SELECTION_ITEMS = 1_000;

/** Images to features; frozen, the same for every model of a snapshot. */
export type ExtractFeatures = (pixels: Pixels) => Matrix;

export type Selection = {
  /** Images that `score` wants to be handed. */
  readonly items: number;
  /** Lower is better. */
  score(samples: Pixels): number;
};

/** The unbiased KID of two sets of features; lower is better, and about 0 where they are alike. */
export function scoreSamples(features: Matrix, realFeatures: Matrix): number {
  return kid(features, realFeatures);
}

/** Scores samples against the first images of the validation split, whose features are taken once. */
export function openSelection(validation: Pixels<ByteRange>, extract: ExtractFeatures): Selection {
  const items = Math.min(validation.items, SELECTION_ITEMS);
  const real = extract({ ...validation, items, bytes: validation.bytes.subarray(0, items * validation.size) });
  return { items, score: (samples) => scoreSamples(firstRows(extract(samples), items), real) };
}
