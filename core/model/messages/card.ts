// Stored documents of a model: the card and the pointer to the current model.
import * as z from 'zod';
import { ImageConfig } from '../../kinds/image/config.ts';
import { TrainConfig } from '../../kinds/train-config.ts';
import { LatentFacts } from './latent-facts.ts';
import { TestMetrics } from './run.ts';

/** models/<ds>/<modelId>/card.json, written last: a model with a card is complete. */
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
  /** Who overrode the gate, if somebody did. */
  forcedBy: z.string().optional(),
  /** Of a family that encodes. */
  latent: LatentFacts.nullable().default(null),
  metrics: TestMetrics,
  license: z.string().nullable(),
  /** Every file of the model except this card, with its SHA-256. */
  files: z.record(z.string(), z.string()),
});
export type ModelCard = z.infer<typeof ModelCard>;

/** registry/<ds>/current.json, written with If-Match only. `history` starts with the newest entry. */
export const CurrentModel = z.strictObject({
  modelId: z.string(),
  runId: z.string(),
  promotedAt: z.string(),
  history: z.array(
    z.strictObject({
      modelId: z.string(),
      promotedAt: z.string(),
      /** Who requested it; absent after a finished training. */
      by: z.string().optional(),
      /** What the model was compared with, or why it was forced or rolled back to. */
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
