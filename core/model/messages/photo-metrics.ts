// Compares generated photos with held-out ones by a network that was not used in any training.
import * as z from 'zod';

export const PHOTO_FIGURES = [
  'kid',
  'precision',
  'recall',
  'coverage',
  'classAccuracy',
  'featureDiversity',
  'nearestTraining',
] as const;

const PhotoFigure = z.object({
  name: z.enum(PHOTO_FIGURES),
  better: z.enum(['lower', 'higher']),
  model: z.number(),
  /** Other held-out photos in the model's place. */
  real: z.number(),
  /** Draws of a normal distribution over principal components; null where they have no meaning. */
  baseline: z.number().nullable(),
});
export type PhotoFigure = z.infer<typeof PhotoFigure>;

export const PhotoMetrics = z.object({
  network: z.literal('EfficientNet-Lite2'),
  /** Photos on each side of every comparison. */
  n: z.int(),
  /** Training photos among which the nearest ones are looked for. */
  trainItems: z.int(),
  figures: z.array(PhotoFigure),
  /**
   * Share of the generated photos, and of held-out ones, that are nearest to the mean of their class; by class, an index into the labels.
   */
  byClass: z.array(z.object({ label: z.int(), items: z.int(), model: z.number(), real: z.number() })),
});
export type PhotoMetrics = z.infer<typeof PhotoMetrics>;
