// Messages of what a run leaves behind and of the pointer that says which model serves.
import * as z from 'zod';
import { ImageConfig } from '../config.ts';
import { TrainConfig } from '../train-config.ts';
import { TestMetrics } from './run.ts';

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
  train: TrainConfig,
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
  history: z.array(z.strictObject({ modelId: z.string(), promotedAt: z.string() })),
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
