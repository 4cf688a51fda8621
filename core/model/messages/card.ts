// Messages of what a run leaves behind and of the pointer that says which model serves.
import * as z from 'zod';
import { ImageConfig } from '../../kinds/image/config.ts';
import { TrainConfig } from '../../kinds/train-config.ts';
import { TestMetrics } from './run.ts';

/** What is known of a VAE's latent space. */
export const LatentFacts = z.strictObject({
  /** Dimensions whose mean varies over the training items. */
  activeUnits: z.int(),
  /** A sentence where most of them do not: the posterior has collapsed. */
  alarm: z.string().nullable(),
  /** The law in latents.json that samples are drawn from; null where it lay no better than the standard normal one. */
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
});
export type LatentFacts = z.infer<typeof LatentFacts>;

/** models/<ds>/<modelId>/card.json, written last: its presence makes the model whole. */
export const ModelCard = z.strictObject({
  schemaVersion: z.literal(1),
  modelId: z.string(),
  runId: z.string(),
  dataset: z.string(),
  snapshotId: z.string(),
  kind: z.literal('image'),
  family: z.enum(['vae', 'gan']),
  image: ImageConfig,
  latentDim: z.int(),
  labels: z.array(z.string()),
  trainItems: z.int(),
  /** As it was trained: nothing is `auto`. */
  train: TrainConfig,
  /** Who overrode the gate, where somebody had to. */
  forcedBy: z.string().optional(),
  /** Of a family that encodes. */
  latent: LatentFacts.nullable().default(null),
  metrics: TestMetrics,
  license: z.string().nullable(),
  /** Every file of the model but this card, with its SHA-256. */
  files: z.record(z.string(), z.string()),
});
export type ModelCard = z.infer<typeof ModelCard>;

/** registry/<ds>/current.json, moved with If-Match only. Newest first in `history`. */
export const CurrentModel = z.strictObject({
  modelId: z.string(),
  runId: z.string(),
  promotedAt: z.string(),
  history: z.array(
    z.strictObject({
      modelId: z.string(),
      promotedAt: z.string(),
      /** Who asked for it; absent where a finished training did. */
      by: z.string().optional(),
      /** What the model was measured against, or why it was forced or rolled back to. */
      reason: z.string().optional(),
    }),
  ),
});
export type CurrentModel = z.infer<typeof CurrentModel>;

/** registry/<ds>/<modelId>.json */
export const RegistryEntry = z.strictObject({
  modelId: z.string(),
  promoted: z.boolean(),
  reason: z.string().nullable(),
  revoked: z.boolean(),
});
export type RegistryEntry = z.infer<typeof RegistryEntry>;
