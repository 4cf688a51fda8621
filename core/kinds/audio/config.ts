// The section `audio` of dataset.yaml.
import * as z from 'zod';
import { AudioWindow } from './window/window-config.ts';

export const AudioConfig = z.strictObject({
  sampleRate: z.int().min(4000).max(48_000).default(8000),
  /** Every clip is cut or padded to this length. */
  seconds: z.number().min(0.1).max(30).default(1),
  /** Cuts recordings that are longer than `seconds` into clips; null or absent: only their beginning is kept. */
  window: AudioWindow.nullable().optional(),
});
export type AudioConfig = z.infer<typeof AudioConfig>;

/** Samples of a clip. */
export function samplesOf({ sampleRate, seconds }: Pick<AudioConfig, 'sampleRate' | 'seconds'>): number {
  return Math.round(sampleRate * seconds);
}
