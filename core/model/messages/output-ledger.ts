// The ledger of outputs: what the endpoint drew, by hashes, so that an upload of it is recognised.
import * as z from 'zod';
import { FirstVersion } from '#core/base/json/schema-version.ts';

/** ledger/<ds>/<hash>.json: the outputs of one answer. */
export const OutputRecord = z.strictObject({
  schemaVersion: FirstVersion,
  dataset: z.string(),
  /** `none`: no model was asked. */
  modelId: z.string(),
  /** Names of their contents (core/base/hash.ts), each once. */
  contents: z.array(z.string()),
  /** How many were drawn, and how many pairs of them were equal: how often equal content is chance. */
  drawn: z.int().min(0),
  equalPairs: z.int().min(0),
  /** Features of images and clips: a 64-bit hash in hexadecimal digits, and a fingerprint in base64. */
  looks: z.array(z.strictObject({ hash: z.string(), fingerprint: z.base64() })),
});
export type OutputRecord = z.infer<typeof OutputRecord>;
