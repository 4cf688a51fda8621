// A decoded sound, and the issues of bytes that should be one.
import type { IssueCode } from '../../issues.ts';

/** All channels together. */
export const MOST_SAMPLES = 16 * 2 ** 20;
export const MOST_CHANNELS = 8;
export const SAMPLE_RATES = { least: 1000, most: 384_000 } as const;

/**
 * `channels`: one array of samples for each channel, of equal length, full scale -1 to 1. `truncated`: evidence that the end is missing,
 * for people. `lost`: damaged ranges that are silent or left out, and the total length in seconds.
 */
export type Sound = {
  readonly sampleRate: number;
  readonly channels: readonly [Float32Array, ...Float32Array[]];
  readonly truncated?: string | undefined;
  readonly lost?: { readonly seconds: number; readonly of: number } | undefined;
};
export type Unreadable = {
  readonly ok: false;
  readonly code: Extract<IssueCode, `audio.${string}` | 'upload.type-not-allowed'>;
  readonly given: string;
  readonly allowed?: string | undefined;
  /** Advice that is more specific than that of the issue code. */
  readonly remedy?: string | undefined;
};
export type DecodedSound = { readonly ok: true; readonly sound: Sound } | Unreadable;

export function unreadable(code: Unreadable['code'], given: string, allowed?: string): Unreadable {
  return { ok: false, code, given, ...(allowed !== undefined && { allowed }) };
}

/** Returns undefined if the sound can be decoded. The claims of a header are checked before memory is allocated. */
export function refuseShape(sampleRate: number, channels: number, frames: number): Unreadable | undefined {
  const { least, most } = SAMPLE_RATES;
  if (!(sampleRate >= least && sampleRate <= most))
    return unreadable('audio.corrupt', `${sampleRate} Hz`, `${least} to ${most} Hz`);
  if (channels > MOST_CHANNELS)
    return unreadable('audio.too-many-channels', `${channels} channels`, `1 to ${MOST_CHANNELS}`);
  if (!(channels >= 1)) return unreadable('audio.corrupt', `${channels} channels`, `1 to ${MOST_CHANNELS}`);
  if (channels * frames > MOST_SAMPLES)
    return unreadable('audio.too-many-samples', `${channels * frames}`, `at most ${MOST_SAMPLES}`);
  return undefined;
}
