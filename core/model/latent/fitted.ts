// The facts about codes that the endpoint has fitted to given photos.
import * as z from 'zod';

/** Codes between given photos that were moved until the drawings were more like the photos. */
export const Fitted = z.strictObject({
  steps: z.int(),
  /** Mean squared distance of the drawings from the mean of the photos, in maps of a frozen network, before the first and after the last step. */
  before: z.number(),
  after: z.number(),
  /** With two photos: the share of the second code in each drawing, where the looks have the weights that were asked for. */
  shares: z.array(z.number()).optional(),
});
export type Fitted = z.infer<typeof Fitted>;
