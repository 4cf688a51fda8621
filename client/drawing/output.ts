// What generating items returns, as a document that programs may rely on.
import * as z from 'zod';
import { Output } from '#core/model/messages/endpoint-api.ts';
import { Prior } from '#core/model/messages/latent-facts.ts';

export const DrawOutput = z.strictObject({
  modelId: z.string(),
  seed: z.int(),
  count: z.int(),
  /** The distribution of the latent vectors, and how an image is made from the decoder. */
  prior: Prior,
  output: Output,
  files: z.array(z.string()),
});
export type DrawOutput = z.infer<typeof DrawOutput>;
