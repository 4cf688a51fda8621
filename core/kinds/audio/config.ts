// The section `audio` of dataset.yaml.
import * as z from 'zod';

export const AudioConfig = z.strictObject({
  sampleRate: z.int().min(4000).max(48_000).default(8000),
  /** Every clip is cut or padded to this length. */
  seconds: z.number().min(0.1).max(30).default(1),
});
export type AudioConfig = z.infer<typeof AudioConfig>;

/** Samples of a clip. */
export function samplesOf({ sampleRate, seconds }: AudioConfig): number {
  return Math.round(sampleRate * seconds);
}
