// A decoded sound, and what may be wrong with bytes that should be one.
import type { IssueCode } from '../../issues.ts';

/** All channels together. */
export const MOST_SAMPLES = 16 * 2 ** 20;
export const MOST_CHANNELS = 8;
export const SAMPLE_RATES = { least: 1000, most: 384_000 } as const;

/**
 * `channels`: one array of samples each, all of one length, full scale -1 to 1. `truncated`: how that shows, for people.
 * `lost`: what is damaged in the middle, and silent or left out; of how many seconds in all.
 */
export type Sound = {
  readonly sampleRate: number;
  readonly channels: readonly [Float32Array, ...Float32Array[]];
  readonly truncated?: string | undefined;
  readonly lost?: { readonly seconds: number; readonly of: number } | undefined;
};
export type Unreadable = {
  readonly ok: false;
  readonly code: Extract<IssueCode, `audio.${string}`>;
  readonly given: string;
  readonly allowed?: string | undefined;
  /** What to do, where more is known than the code says. */
  readonly remedy?: string | undefined;
};
export type DecodedSound = { readonly ok: true; readonly sound: Sound } | Unreadable;

export function unreadable(code: Unreadable['code'], given: string, allowed?: string): Unreadable {
  return { ok: false, code, given, ...(allowed !== undefined && { allowed }) };
}

/** Undefined where it can be decoded; what a header claims is judged before a byte is put aside for it. */
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
