// The answer of the endpoint about the training items that images are nearest to.
import * as z from 'zod';

/** POST .../parents */
export const ParentsAnswer = z.strictObject({
  modelId: z.string(),
  snapshotId: z.string(),
  trainItems: z.int(),
  /** Held-out items whose nearest training items are known. */
  heldOutItems: z.int(),
  /** A picture nearer than that counts as a copy; null where too few items were held out. */
  copyDistance: z.number().nullable(),
  items: z.array(
    z.strictObject({
      /** `row`: of the training split of the snapshot, from 0. `distance`: 0 to 255. */
      parents: z.array(z.strictObject({ row: z.int(), distance: z.number() })),
      /** Share of held-out items that are nearer to a training item than this picture is. */
      closerHeldOut: z.number().nullable(),
      isCopy: z.boolean().nullable(),
    }),
  ),
});
export type ParentsAnswer = z.infer<typeof ParentsAnswer>;
