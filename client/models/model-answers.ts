// What `models compare`, `promote` and `rollback` print with --json.
import * as z from 'zod';

export const CompareAnswer = z.strictObject({
  dataset: z.string(),
  snapshotId: z.string(),
  models: z.array(z.strictObject({ modelId: z.string(), family: z.string(), current: z.boolean() })),
  figures: z.array(
    z.strictObject({
      name: z.string(),
      better: z.enum(['lower', 'higher']).nullable(),
      /** One a model, in the order of `models`; null where it has none. */
      values: z.array(z.number().nullable()),
      /** Other real images in the model's place, and a do-nothing model; null where that means nothing. */
      real: z.number().nullable(),
      baseline: z.number().nullable(),
    }),
  ),
  /** What was left out, and why. */
  notes: z.array(z.string()),
});
export type CompareAnswer = z.infer<typeof CompareAnswer>;

export const PromotionAnswer = z.strictObject({
  dataset: z.string(),
  modelId: z.string().nullable(),
  promoted: z.boolean(),
  reason: z.string().nullable(),
  /** What serves now. */
  current: z.string().nullable(),
});
export type PromotionAnswer = z.infer<typeof PromotionAnswer>;
