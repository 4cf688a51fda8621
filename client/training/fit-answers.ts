// What `fit --dry-run` and `fit --search` print with --json.
import * as z from 'zod';

export const PlanAnswer = z.strictObject({
  dataset: z.string(),
  /** Null where no snapshot exists yet: the counts are then of what was accepted so far. */
  snapshotId: z.string().nullable(),
  trainItems: z.int(),
  model: z.enum(['vae', 'gan']),
  preset: z.string(),
  epochs: z.int(),
  seconds: z.strictObject({ epoch: z.number(), total: z.number() }),
  cost: z.strictObject({ usd: z.number().nullable(), basis: z.string() }),
  /** Where the seconds come from. */
  measured: z.string(),
  notes: z.array(z.string()),
});
export type PlanAnswer = z.infer<typeof PlanAnswer>;

export const SearchAnswer = z.strictObject({
  dataset: z.string(),
  trials: z.array(
    z.strictObject({
      settings: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
      runId: z.string().nullable(),
      status: z.string(),
      epochs: z.int(),
      /** Of the best epoch, on the validation split; lower is better. */
      validation: z.strictObject({ name: z.string(), value: z.number() }).nullable(),
      modelId: z.string().nullable(),
      promoted: z.boolean().nullable(),
      seconds: z.number().nullable(),
    }),
  ),
  /** The trial with the lowest validation figure. */
  best: z.string().nullable(),
  /** Trials that the budget left no time for. */
  skipped: z.int(),
});
export type SearchAnswer = z.infer<typeof SearchAnswer>;
