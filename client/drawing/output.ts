// What generating items returns, as a document that programs may rely on.
import * as z from 'zod';
import { CodeSource, Output } from '#core/model/messages/endpoint-api.ts';

export const DrawOutput = z.strictObject({
  modelId: z.string(),
  seed: z.int(),
  count: z.int(),
  /** Where the latent vectors come from, and how an image is made from the decoder. */
  prior: CodeSource,
  output: Output,
  files: z.array(z.string()),
});
export type DrawOutput = z.infer<typeof DrawOutput>;
