// Facts about a VAE's latent space: the prior that samples are drawn from, and how the others compare.
import * as z from 'zod';

/**
 * The distribution that latent vectors are drawn from: the standard normal one, the mixture of Gaussians fitted to where the training
 * items lie, or a flow, which maps standard normal vectors to where they lie.
 */
export const Prior = z.enum(['normal', 'mixture', 'flow']);
export type Prior = z.infer<typeof Prior>;

const Range = z.strictObject({ low: z.number(), high: z.number() });

/** One prior on the validation split: its bound, and what it draws. */
export const PriorMetrics = z.strictObject({
  prior: Prior,
  /** The negative ELBO under this prior in nats an item, lower is better, with the middle 95 % of its mean. */
  heldOut: z.strictObject({ nats: z.number(), ...Range.shape }),
  /** The same on as many training items at most: by how much it is lower says how much was memorised. */
  trained: z.number(),
  /** KID and its like of images drawn; empty where none were compared. */
  figures: z.array(
    z.strictObject({
      name: z.string(),
      better: z.enum(['lower', 'higher']),
      value: z.number(),
      /** The middle 95 %; null where it is not known. */
      interval: Range.nullable(),
    }),
  ),
});
export type PriorMetrics = z.infer<typeof PriorMetrics>;

/** Whether held-out codes are standard normal in the base space of a flow. */
const InBaseSpace = z.strictObject({
  rows: z.int(),
  /** Root mean square over the dimensions: of the means, and of the variances less 1. */
  meanOff: z.number(),
  varianceOff: z.number(),
  /** Energy distance from normal vectors; of other normal vectors; of normal vectors shifted by 0.2 in every dimension. */
  energy: z.number(),
  energyOfNormal: z.number(),
  energyOfShifted: z.number(),
  isNormal: z.boolean(),
});
export type InBaseSpace = z.infer<typeof InBaseSpace>;

/** The gain of a flow on held-out codes by training it alone after the rest. */
export const FlowTuning = z.strictObject({
  steps: z.int(),
  /** Mean KL of the posterior from the flow on the validation split, in nats, before and after; the same where nothing was better. */
  untuned: z.number(),
  tuned: z.number(),
});
export type FlowTuning = z.infer<typeof FlowTuning>;

export const LatentFacts = z.strictObject({
  /** Dimensions whose mean varies over the training items. */
  activeUnits: z.int(),
  /** A sentence where most of them do not: the posterior has collapsed. */
  alarm: z.string().nullable(),
  /** The mixture fitted to the codes; null where it lay no better than the standard normal distribution. */
  mixture: z
    .strictObject({
      components: z.int(),
      covariance: z.enum(['diagonal', 'full']),
      /** Whether each component belongs to a class, so that a class can be drawn. */
      byLabel: z.boolean(),
      /** Mean log density of held-out latent vectors in nats, under the mixture and under the standard normal prior. */
      heldOutNats: z.number(),
      priorNats: z.number(),
    })
    .nullable(),
  /** The prior that samples are drawn from by default; absent in older cards, which use the mixture if there is one. */
  prior: Prior.optional(),
  /** Why that one, in a sentence. */
  reason: z.string().optional(),
  /** All that were compared, the simplest first. */
  priors: z.array(PriorMetrics).optional(),
  /** Mean KL of each latent dimension on the validation split, in nats; of a flow in its base space. */
  klByUnit: z.array(z.number()).optional(),
  base: InBaseSpace.optional(),
  flowTuning: FlowTuning.optional(),
  /** Percentiles 0 to 100 of the log density of held-out codes under the prior that samples are drawn from: what outlier scores refer to. */
  densityQuantiles: z.array(z.number()).optional(),
  /** If a flow reads the class: shares of the training items by class, and last that of items without a class. */
  classShares: z.array(z.number()).optional(),
});
export type LatentFacts = z.infer<typeof LatentFacts>;

/** Returns what a model's samples are drawn from where a request does not say. */
export function defaultPrior(latent: LatentFacts | null): Prior {
  return latent?.prior ?? (latent?.mixture ? 'mixture' : 'normal');
}
