// The output of generating items, as a document that programs can rely on.
import * as z from 'zod';
import { Fitted } from '#core/model/latent/fitted.ts';
import { CodeSource, CompressionFacts, Output, RepairComparison } from '#core/model/messages/endpoint-api.ts';

export const DrawOutput = z.strictObject({
  modelId: z.string(),
  seed: z.int(),
  count: z.int(),
  /** The source of the latent vectors, and how an image is made from the decoder's output. */
  prior: CodeSource,
  output: Output,
  /** Repaired images only: the model compared with the simple method; null if they cannot be compared. */
  comparison: RepairComparison.nullable().optional(),
  /** Images between given photos: how far their codes were fitted to the photos. */
  fitted: Fitted.optional(),
  compression: CompressionFacts.optional(),
  /** Images left out, as they are too near to a training item; absent where that was not checked. */
  withheld: z.int().optional(),
  files: z.array(z.string()),
  /** With codes written as JSON: for each given image the share of held-out images with a more likely code; null if it is not known. */
  outlierScores: z.array(z.number().nullable()).optional(),
  /** The file beside it that says what made it, for formats without room for that. */
  provenance: z.string().optional(),
  /** Texts that were drawn and not written to a file. */
  texts: z.array(z.string()).optional(),
});
export type DrawOutput = z.infer<typeof DrawOutput>;
