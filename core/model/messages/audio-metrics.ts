// Compares generated clips with held-out ones. Each metric has reference values for real clips and for simple generators.
import * as z from 'zod';
import { FeatureNetFacts } from './image-metrics.ts';

export const AUDIO_FIGURES = [
  'labelAccuracy',
  'labelAccuracyMel',
  'kidWav',
  'kidMel',
  'fadWav',
  'classVariance',
  'closerShare',
  'nearestDecibels',
  'copiedClips',
  'logSpectralDistance',
  'siSdr',
] as const;
export type AudioFigureName = (typeof AUDIO_FIGURES)[number];

const AudioFigure = z.strictObject({
  name: z.enum(AUDIO_FIGURES),
  /** `half` and `one`: that value is best; `real`: that of real clips. */
  better: z.enum(['lower', 'higher', 'half', 'one', 'real']),
  model: z.number(),
  /**
   * Value for real clips after the same conversion to WAV and back; null if the metric is meaningless or was not computed.
   */
  real: z.number().nullable(),
  /** Principal components and a mixture a class. */
  pcaMixture: z.number().nullable(),
  /** The mean picture of a class, again and again. */
  classMean: z.number().nullable(),
});
export type AudioFigure = z.infer<typeof AudioFigure>;

export const AudioMetrics = z.strictObject({
  /** Clips on each side of a comparison. */
  n: z.int(),
  /** The network whose answers and features these are: trained on the train split of this dataset. */
  features: FeatureNetFacts,
  /** Decibels, root mean square over bands and frames, between real clips and the same after the way to WAV: no model is better. */
  roundTripDecibels: z.number(),
  figures: z.array(AudioFigure),
});
export type AudioMetrics = z.infer<typeof AudioMetrics>;
