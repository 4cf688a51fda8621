// Finds where a recording is cut into clips: at regular steps, or at its pauses.
import { frameLevels, offsetOf } from '../measure.ts';
import type { AudioWindow } from './window-config.ts';

const FRAME_SECONDS = 0.02;
/** Sound kept before and after each stretch between pauses. */
const MARGIN_SECONDS = 0.04;
/** A stretch of sound shorter than this is a click. */
const LEAST_SOUND_SECONDS = 0.06;
/** Frames this far below the loudest one are a pause, and so are frames as quiet as the noise of the recording. */
const PAUSE_DECIBELS = 40;
/** The level of the noise is that of the frames which are louder than this share of all frames. */
const NOISE_SHARE = 0.1;
const ABOVE_NOISE_DECIBELS = 6;
/** Noise is only told from sound that is louder by this. */
const LEAST_RANGE_DECIBELS = 20;
/** A rest of a stretch that is shorter than this share of a clip is left out. */
const LEAST_REST = 0.5;

/** Samples of the recording, the end excluded. */
export type Cut = { readonly from: number; readonly to: number };
export type Cuts = {
  readonly clips: readonly Cut[];
  /** Seconds of sound in no clip: short rests, clicks, and what a hop longer than a clip skips. Pauses are not counted. */
  readonly leftOutSeconds: number;
};

/** `seconds`: length of a clip. Rests of at least half a clip are clips. */
export function cutRecording(
  mono: Float32Array,
  sampleRate: number,
  { seconds, window }: { readonly seconds: number; readonly window: AudioWindow },
): Cuts {
  const length = Math.round(seconds * sampleRate);
  const hop = Math.max(1, Math.round((window.hop ?? seconds) * sampleRate));
  const { silence } = window;
  const whole: Cut = { from: 0, to: mono.length };
  const stretches = silence === null ? [whole] : betweenPauses(mono, sampleRate, silence);
  const clips: Cut[] = [];
  let leftOut = 0;
  for (const stretch of stretches) {
    const isClick = silence !== null && stretch.to - stretch.from < LEAST_SOUND_SECONDS * sampleRate;
    const cuts = isClick ? [] : stepsOf(stretch, { length, hop, isShortTaken: silence !== null });
    leftOut += stretch.to - stretch.from - coveredBy(cuts);
    clips.push(...cuts.map((cut) => (silence === null ? cut : withMargin(cut, mono.length, { length, sampleRate }))));
  }
  return { clips, leftOutSeconds: leftOut / sampleRate };
}

/** `isShortTaken`: a stretch that is shorter than a clip is one. */
function stepsOf({ from, to }: Cut, { length, hop, isShortTaken }: Steps): Cut[] {
  if (to - from <= length) return isShortTaken || to - from >= LEAST_REST * length ? [{ from, to }] : [];
  const cuts: Cut[] = [];
  for (let start = from; start < to; start += hop) {
    const end = Math.min(to, start + length);
    const isRest = end - start < length;
    if (isRest && (end - start < LEAST_REST * length || (cuts.at(-1)?.to ?? 0) >= to)) break;
    cuts.push({ from: start, to: end });
  }
  return cuts;
}
type Steps = { readonly length: number; readonly hop: number; readonly isShortTaken: boolean };

/** Samples that are in at least one of the cuts, which are sorted. */
function coveredBy(cuts: readonly Cut[]): number {
  return cuts.reduce((sum, { from, to }, i) => sum + to - Math.max(from, cuts[i - 1]?.to ?? 0), 0);
}

/** Adds some of the pause on both sides, as far as the clip has room for it. */
function withMargin(
  { from, to }: Cut,
  samples: number,
  { length, sampleRate }: { length: number; sampleRate: number },
) {
  const room = Math.max(0, length - (to - from));
  const margin = Math.min(Math.round(MARGIN_SECONDS * sampleRate), Math.floor(room / 2));
  return { from: Math.max(0, from - margin), to: Math.min(samples, to + margin) };
}

/** Returns the stretches of sound that pauses of at least `pause` seconds separate. */
function betweenPauses(mono: Float32Array, sampleRate: number, pause: number): Cut[] {
  const frame = Math.max(1, Math.round(sampleRate * FRAME_SECONDS));
  const levels = frameLevels(mono, frame, offsetOf(mono));
  const threshold = pauseLevel(levels);
  const least = Math.max(1, Math.round((pause * sampleRate) / frame));
  const stretches: Cut[] = [];
  let [first, last] = [-1, -1];
  const close = () => {
    if (first >= 0) stretches.push({ from: first * frame, to: Math.min(mono.length, (last + 1) * frame) });
  };
  for (const [at, level] of levels.entries()) {
    if (level < threshold) continue;
    if (first >= 0 && at - last - 1 < least) last = at;
    else {
      close();
      [first, last] = [at, at];
    }
  }
  close();
  return stretches;
}

/** Quieter frames are a pause. */
function pauseLevel(levels: readonly number[]): number {
  const sorted = Float64Array.from(levels).sort();
  const loudest = sorted.at(-1) ?? 0;
  const noise = sorted[Math.floor(NOISE_SHARE * sorted.length)] ?? loudest;
  return Math.max(loudest - PAUSE_DECIBELS, Math.min(noise + ABOVE_NOISE_DECIBELS, loudest - LEAST_RANGE_DECIBELS));
}
