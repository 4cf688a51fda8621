// The output of planning and searching, as documents that programs can rely on.
import * as z from 'zod';
import { MODEL_FAMILIES } from '#core/kinds/train-config.ts';
import { RunPhases } from '#core/model/messages/run.ts';

export const PlanOutput = z.strictObject({
  dataset: z.string(),
  /** Null if there is no snapshot yet; then the counts are those of the accepted items. */
  snapshotId: z.string().nullable(),
  trainItems: z.int(),
  model: z.enum(MODEL_FAMILIES),
  preset: z.string(),
  epochs: z.int(),
  /** Of an epoch, of each phase and of the whole run. */
  seconds: z.strictObject({ epoch: z.number(), ...RunPhases.shape, total: z.number() }),
  cost: z.strictObject({ usd: z.number().nullable(), basis: z.string() }),
  /** The source of the estimate. */
  measured: z.string(),
  notes: z.array(z.string()),
});
export type PlanOutput = z.infer<typeof PlanOutput>;

export const SearchOutput = z.strictObject({
  dataset: z.string(),
  trials: z.array(
    z.strictObject({
      settings: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
      runId: z.string().nullable(),
      status: z.string(),
      epochs: z.int(),
      /** Metric of the best epoch on the validation split; lower is better. */
      validation: z.strictObject({ name: z.string(), value: z.number() }).nullable(),
      modelId: z.string().nullable(),
      promoted: z.boolean().nullable(),
      seconds: z.number().nullable(),
    }),
  ),
  /** Run of the trial with the lowest validation metric. */
  best: z.string().nullable(),
  /** Trials for which the budget left no time. */
  skipped: z.int(),
});
export type SearchOutput = z.infer<typeof SearchOutput>;
