// How the answers of a model of pairs compare with held-out texts, beside copying the text of the nearest training source.
import * as z from 'zod';

export const PAIR_FIGURES = ['bits', 'exact', 'tokenErrors', 'chrf'] as const;
export type PairFigureName = (typeof PAIR_FIGURES)[number];

const PairFigure = z.object({
  name: z.enum(PAIR_FIGURES),
  better: z.enum(['lower', 'higher']),
  model: z.number(),
  /** The same metric for the text of the training pair with the nearest source; null if it has no meaning. */
  nearest: z.number().nullable(),
});
export type PairFigure = z.infer<typeof PairFigure>;

export const PairMetrics = z.object({
  /** Held-out sources, each with all its held-out texts. */
  n: z.int(),
  /** Texts kept at each position of the search for the likeliest answer. */
  beam: z.int(),
  /** How the bits were computed: from the importance-weighted bound with k draws, given the source. */
  bound: z.object({ k: z.int(), pairs: z.int(), symbolsPerText: z.number() }),
  /** Information of z on held-out pairs beyond the source, in nats. */
  latent: z.object({ kl: z.number(), free: z.number(), activeUnits: z.int(), latentDim: z.int() }),
  figures: z.array(PairFigure),
  /** The first held-out sources with what the model answers, a text that was held out, and that of the nearest source. */
  examples: z.array(z.object({ source: z.string(), answer: z.string(), text: z.string(), nearest: z.string() })),
});
export type PairMetrics = z.infer<typeof PairMetrics>;
