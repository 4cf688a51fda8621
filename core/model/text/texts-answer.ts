// The JSON response of the endpoint for texts.
import * as z from 'zod';
import { CodeSource, Output, SEED } from '../messages/endpoint-api.ts';

/** The JSON answer for texts. */
export const TextsAnswer = z.strictObject({
  modelId: z.string(),
  seed: SEED,
  count: z.int(),
  machineGenerated: z.literal(true),
  prior: CodeSource,
  output: Output,
  /** Null if no class was requested. */
  label: z.string().nullable(),
  texts: z.array(z.string()),
  /** For models of pairs: the source that each text answers. */
  sources: z.array(z.string()).optional(),
  /** Of filled gaps: the model's bound on the nats of each whole text, by which they are ordered. */
  nats: z.array(z.number()).optional(),
});
export type TextsAnswer = z.infer<typeof TextsAnswer>;
