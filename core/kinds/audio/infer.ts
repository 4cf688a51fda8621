// Infers the settings of a dataset of clips from the headers of some of its files.

import { LIMITS } from '../../base/limits.ts';
import type { Sample } from '../define/cleaned.ts';
import { AudioConfig } from './config.ts';
import { soundCost, soundLength } from './sound-length.ts';
import { cutSamples } from './window/cut-samples.ts';

/** Highest sample rate that is proposed, since models of this size cannot generate more. */
const HIGHEST_RATE = 16_000;
const LOWEST_RATE = 4000;
const SHARE = 0.95;
const LEAST_SECONDS = 0.1;
const MOST_SECONDS = 30;
/** A quarter of the samples that one call can decode in time: half a minute, and the files looked at may not include the longest ones. */
const UNIT_SAMPLES = LIMITS.unitSamples / 4;
/** Half of what a call holds: the files looked at may not include the longest ones. */
const CUT_SAMPLES = LIMITS.unitCutSamples / 2;
const MOST_CLIPS = LIMITS.unitEntries / 4;

/** Sounds that are mostly longer than any model takes are recordings: they are cut into clips of so many seconds. */
const RECORDING_SECONDS = 10;
const CUT_SECONDS = 2;

/**
 * The most common sample rate, and the length that 95 % of the clips keep within, rounded up to tenths or whole seconds. Long recordings
 * are cut into clips.
 */
export function inferAudio(samples: readonly Sample[]): AudioConfig {
  const lengths = samples.flatMap(({ start, size }) => soundLength(start, size) ?? []);
  if (lengths.length === 0) return AudioConfig.parse({});
  const counts = new Map<number, number>();
  for (const { sampleRate } of lengths) counts.set(sampleRate, (counts.get(sampleRate) ?? 0) + 1);
  const [rate] = [...counts].sort(([a, m], [b, n]) => n - m || a - b)[0] as [number, number];
  const sorted = lengths.map(({ seconds }) => seconds).sort((a, b) => a - b);
  const longest = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * SHARE))] as number;
  const step = longest > 2 ? 1 : 0.1;
  const seconds = Number((Math.ceil(longest / step - 1e-9) * step).toFixed(1));
  const sampleRate = Math.min(HIGHEST_RATE, Math.max(LOWEST_RATE, rate));
  const middle = sorted[(sorted.length - 1) >> 1] as number;
  if (middle > RECORDING_SECONDS)
    return AudioConfig.parse({ sampleRate, seconds: CUT_SECONDS, window: { hop: CUT_SECONDS } });
  return AudioConfig.parse({
    sampleRate,
    seconds: Math.min(MOST_SECONDS, Math.max(LEAST_SECONDS, seconds)),
  });
}

/** Returns how many sounds one call can clean in time and memory, from the lengths that some of them declare. */
export async function clipsPerUnit(
  _files: number,
  samples: () => Promise<readonly Sample[]>,
  audio: AudioConfig,
): Promise<number> {
  const read = await samples();
  if (read.length === 0) return MOST_CLIPS;
  const cost = read.reduce((sum, { start, size }) => sum + soundCost(start, size), 0);
  const cut = read.reduce((sum, { start, size }) => sum + cutSamples(soundLength(start, size)?.seconds ?? 0, audio), 0);
  const fitting = [UNIT_SAMPLES / Math.max(cost, 1), CUT_SAMPLES / Math.max(cut, 1)].map(
    (share) => read.length * share,
  );
  return Math.max(1, Math.min(MOST_CLIPS, ...fitting.map(Math.floor)));
}
