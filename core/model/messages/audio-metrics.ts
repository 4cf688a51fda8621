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

const BothWays = z.strictObject({ learned: z.number(), plain: z.number() });

/** Real held-out clips made into pictures and sounds again: with a network that learned the spectra behind the bands, and by the bands alone. */
const MagnitudeFacts = z.strictObject({
  /** Whether the network is a part of the model: its sounds are nearer in the full spectrum beyond chance, and no farther in the bands. */
  isUsed: z.boolean(),
  n: z.int(),
  steps: z.int(),
  /** Log-spectral distance, bin by bin. */
  spectrumDecibels: BothWays,
  /** Root mean square between the log-mel pictures. */
  bandDecibels: BothWays,
});
export type MagnitudeFacts = z.infer<typeof MagnitudeFacts>;

export const AudioMetrics = z.strictObject({
  /** Clips on each side of a comparison. */
  n: z.int(),
  /** The network whose answers and features these are: trained on the train split of this dataset. */
  features: FeatureNetFacts,
  /** Decibels, root mean square over bands and frames, between real clips and the same after the way to WAV: no model is better. */
  roundTripDecibels: z.number(),
  /** Absent: too few clips to compare, or the run is older. */
  magnitudes: MagnitudeFacts.optional(),
  figures: z.array(AudioFigure),
});
export type AudioMetrics = z.infer<typeof AudioMetrics>;
