// Brings a sound into the form that all clips of a dataset share, and records each step.

import { fixRecord } from '../define/fix-record.ts';
import { thresholdOf } from '../define/rule.ts';
import type { IssueCode } from '../issues.ts';
import type { AudioDataset } from './definition.ts';
import { frameLevels, offsetOf, peakOf } from './measure.ts';
import { resample } from './resample.ts';

const FRAME_SECONDS = 0.02;
/** Number of frames kept around the audible part, so that no onset is cut. */
const MARGIN_FRAMES = 2;
/** Half a decibel: a smaller difference is inaudible and is not levelled. */
const LEVEL_TOLERANCE = 1.06;

export type Shaped = {
  /** Samples of the configured rate and length. */
  readonly pcm: Int16Array;
  readonly fixes: readonly string[];
  /** Without the silence around it, before it was cut or padded. */
  readonly soundSeconds: number;
};

/** `mono`: the channels mixed, `channels` of them. */
export function shapeClip(
  mono: Float32Array,
  { sampleRate, channels, isAntiphase = false }: { sampleRate: number; channels: number; isAntiphase?: boolean },
  { audio, rules }: AudioDataset,
): Shaped {
  const fixes: string[] = [];
  let samples = mono;
  const step = (code: IssueCode, changed: Float32Array) => {
    if (changed !== samples) fixes.push(fixRecord(code, bytesOf(samples), bytesOf(changed)));
    samples = changed;
  };
  const fix = (code: IssueCode, change: (setting: (name: string) => number) => Float32Array) => {
    const rule = rules[code];
    if (rule?.action === 'fix')
      step(
        code,
        change((name) => thresholdOf(rule, name)),
      );
  };
  if (isAntiphase) fixes.push(fixRecord('audio.antiphase', '2', '1'));
  else if (channels > 1) fixes.push(fixRecord('audio.channels', String(channels), '1'));
  step('audio.sample-rate', resample(samples, sampleRate, audio.sampleRate));
  fix('audio.dc-offset', (setting) => centred(samples, setting('max')));
  fix('audio.edge-silence', (setting) => withoutEdges(samples, audio.sampleRate, setting('below')));
  fix('audio.level', (setting) => levelled(samples, setting('peak'), setting('maxGain')));
  const soundSeconds = samples.length / audio.sampleRate;
  const length = Math.round(audio.seconds * audio.sampleRate);
  if (samples.length > length) step('audio.too-long', samples.slice(0, length));
  if (samples.length < length) step('audio.padded', padded(samples, length));
  return { pcm: toPcm(samples), fixes, soundSeconds };
}

/**
 * Returns the first frame to keep and the frame after the last one: frames less than `belowDb` below the loudest frame are kept.
 */
export function heardFrames(levels: readonly number[], belowDb: number): readonly [number, number] {
  const threshold = levels.reduce((most, level) => Math.max(most, level), Number.NEGATIVE_INFINITY) - belowDb;
  const first = levels.findIndex((level) => level >= threshold);
  const last = levels.findLastIndex((level) => level >= threshold);
  return [Math.max(0, first - MARGIN_FRAMES), Math.min(levels.length, last + 1 + MARGIN_FRAMES)];
}

function centred(samples: Float32Array, most: number): Float32Array {
  const offset = offsetOf(samples);
  return Math.abs(offset) > most ? samples.map((value) => value - offset) : samples;
}

function withoutEdges(samples: Float32Array, sampleRate: number, belowDb: number): Float32Array {
  const frame = Math.max(1, Math.round(sampleRate * FRAME_SECONDS));
  const [first, end] = heardFrames(frameLevels(samples, frame, 0), belowDb);
  return first > 0 || end * frame < samples.length ? samples.slice(first * frame, end * frame) : samples;
}

function levelled(samples: Float32Array, peak: number, maxGainDb: number): Float32Array {
  const before = peakOf(samples);
  const gain = Math.min(peak / (before || 1), 10 ** (maxGainDb / 20));
  return before === 0 || (gain < LEVEL_TOLERANCE && gain > 1 / LEVEL_TOLERANCE)
    ? samples
    : samples.map((value) => value * gain);
}

function padded(samples: Float32Array, length: number): Float32Array {
  const longer = new Float32Array(length);
  longer.set(samples);
  return longer;
}

function toPcm(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (value) => Math.max(-32_768, Math.min(32_767, Math.round(value * 32_768))));
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
