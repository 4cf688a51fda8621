// Compares generated texts with held-out ones. Each metric has reference values for real texts and for simple generators.
import * as z from 'zod';

export const TEXT_BASELINES = ['real', 'kneserNey', 'shuffled'] as const;
export type TextBaseline = (typeof TEXT_BASELINES)[number];

export const TEXT_FIGURES = [
  'bits',
  'plausible',
  'novelty',
  'nearCopies',
  'distinctTexts',
  'distinct2',
  'distinct3',
  'selfBleu',
  'meanLength',
  'askedClass',
  'fullBars',
  'readTunes',
] as const;
export type TextFigureName = (typeof TEXT_FIGURES)[number];

const TextFigure = z.object({
  name: z.enum(TEXT_FIGURES),
  /** `real`: as real texts have it. */
  better: z.enum(['lower', 'higher', 'real']),
  model: z.number(),
  /** Null if the metric is meaningless or was not computed. */
  real: z.number().nullable(),
  kneserNey: z.number().nullable(),
  shuffled: z.number().nullable(),
});
export type TextFigure = z.infer<typeof TextFigure>;

export const TextMetrics = z.object({
  /** Held-out texts, and texts drawn. */
  n: z.int(),
  drawn: z.int(),
  /**
   * How the bits were computed: the importance-weighted bound with k samples, over this number of characters for each text, including its
   * end.
   */
  bound: z.object({ k: z.int(), texts: z.int(), charactersPerText: z.number() }),
  /** The n-gram model with modified Kneser-Ney smoothing: codes of its n-grams, and texts it was fitted to. */
  kneserNey: z.object({ order: z.int(), texts: z.int() }),
  /**
   * The information in z on held-out texts, in nats; `free`: nats without a penalty in training. `mutualInformation`: without what all
   * posteriors have in common, of a thousand texts.
   */
  latent: z.object({
    kl: z.number(),
    free: z.number(),
    activeUnits: z.int(),
    latentDim: z.int(),
    mutualInformation: z.number().optional(),
  }),
  figures: z.array(TextFigure),
});
export type TextMetrics = z.infer<typeof TextMetrics>;
