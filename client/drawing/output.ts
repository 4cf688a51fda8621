// What generating items returns, as a document that programs may rely on.
import * as z from 'zod';
import { CodeSource, Comparison, CompressionFacts, Output } from '#core/model/messages/endpoint-api.ts';

export const DrawOutput = z.strictObject({
  modelId: z.string(),
  seed: z.int(),
  count: z.int(),
  /** Where the latent vectors come from, and how an image is made from the decoder. */
  prior: CodeSource,
  output: Output,
  /** Of a repaired image: the model beside the way without a model; null where they could not be compared. */
  comparison: Comparison.nullable().optional(),
  compression: CompressionFacts.optional(),
  /** Images left out, as they are too near to a training item; absent where that was not checked. */
  withheld: z.int().optional(),
  files: z.array(z.string()),
  /** Texts that were drawn and not written to a file. */
  texts: z.array(z.string()).optional(),
});
export type DrawOutput = z.infer<typeof DrawOutput>;
