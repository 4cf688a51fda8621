// The output of the calls about models, as documents that programs can rely on.
import * as z from 'zod';
import { ModelCard } from '#core/model/messages/card.ts';
import { ModelLinks } from '#core/model/messages/large-messages.ts';
import { TestMetrics } from '#core/model/messages/run.ts';

export const ModelsOutput = z.strictObject({
  dataset: z.string(),
  current: z.string().nullable(),
  models: z.array(
    z.strictObject({
      modelId: z.string(),
      runId: z.string(),
      family: z.string(),
      latentDim: z.int(),
      trainItems: z.int(),
      metrics: TestMetrics,
      current: z.boolean(),
    }),
  ),
});
export type ModelsOutput = z.infer<typeof ModelsOutput>;

export const ModelOutput = z.strictObject({ current: z.boolean(), card: ModelCard });
export type ModelOutput = z.infer<typeof ModelOutput>;

export const LinksOutput = ModelLinks.extend({ dataset: z.string() });
export type LinksOutput = z.infer<typeof LinksOutput>;

export const CompareOutput = z.strictObject({
  dataset: z.string(),
  snapshotId: z.string(),
  models: z.array(z.strictObject({ modelId: z.string(), family: z.string(), current: z.boolean() })),
  figures: z.array(
    z.strictObject({
      name: z.string(),
      better: z.enum(['lower', 'higher']).nullable(),
      /** One value for each model, in the order of `models`; null for a model without it. */
      values: z.array(z.number().nullable()),
      /** Values for other real images and for a baseline model; null if meaningless. */
      real: z.number().nullable(),
      baseline: z.number().nullable(),
    }),
  ),
  /** Names what was left out, with the reason. */
  notes: z.array(z.string()),
});
export type CompareOutput = z.infer<typeof CompareOutput>;

export const PromotionOutput = z.strictObject({
  dataset: z.string(),
  modelId: z.string().nullable(),
  promoted: z.boolean(),
  reason: z.string().nullable(),
  /** The model that serves now. */
  current: z.string().nullable(),
});
export type PromotionOutput = z.infer<typeof PromotionOutput>;
