import { describe, expect, test } from 'vitest';
import type { AudioDataset } from '#core/kinds/audio/definition.ts';
import { measureAudio, mixDown, peakOf } from '#core/kinds/audio/measure.ts';
import { resample } from '#core/kinds/audio/resample.ts';
import { heardFrames, shapeClip } from '#core/kinds/audio/shape.ts';
import { effectiveConfig } from '#core/kinds/config.ts';
import { tone } from './sounds.ts';

const configOf = (file: object = {}) => effectiveConfig({ kind: 'audio', ...file } as never, undefined) as AudioDataset;
const codes = (fixes: readonly string[]) => fixes.map((fix) => JSON.parse(fix).rule as string);
const measured = (samples: Float32Array, sampleRate = 8000) =>
  measureAudio({ sampleRate, channels: [samples] }, samples, -60);
const sine = (hertz: number, sampleRate: number, seconds = 1) =>
  Float32Array.from({ length: sampleRate * seconds }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / sampleRate));

describe('resampling', () => {
  test.each([
    [44_100, 8000],
    [16_000, 8000],
    [8000, 16_000],
    [22_050, 16_000],
    [48_000, 44_100],
  ])('keeps a tone as it is, from %d to %d Hz', (from, to) => {
    const resampled = resample(sine(440, from), from, to);
    const wanted = sine(440, to);
    expect(resampled.length).toBe(to);
    for (let i = 200; i < to - 200; i += 7)
      expect(Math.abs((resampled[i] as number) - (wanted[i] as number))).toBeLessThan(2e-3);
  });

  test('leaves nothing of what the lower rate cannot hold', () => {
    expect(peakOf(resample(sine(6000, 44_100), 44_100, 8000).subarray(200, 7800))).toBeLessThan(2e-3);
  });
});

describe('measures', () => {
  test('a plain sound has none of the faults', () => {
    const { clippingShare, silenceShare, dcOffset, snrDb } = measured(tone());
    expect([clippingShare, Math.abs(dcOffset) < 1e-3, silenceShare < 0.2, snrDb > 6]).toEqual([0, true, true, true]);
  });

  test('a sound cut off at the top is clipped, also when it was made quieter afterwards', () => {
    const loud = tone({ amplitude: 1.5 }).map((value) => Math.max(-1, Math.min(1, value)));
    expect(measured(loud).clippingShare).toBeGreaterThan(0.05);
    expect(measured(loud.map((value) => value * 0.4)).clippingShare).toBeGreaterThan(0.05);
    expect(measured(tone({ amplitude: 1 })).clippingShare).toBe(0);
  });

  test('clipping in one channel is not hidden by the others', () => {
    const loud = tone({ amplitude: 1.5 }).map((value) => Math.max(-1, Math.min(1, value)));
    const channels: [Float32Array, Float32Array] = [tone(), loud];
    expect(measureAudio({ sampleRate: 8000, channels }, mixDown(channels).mono, -60).clippingShare).toBeGreaterThan(
      0.05,
    );
  });

  test('offset, silence and noise show as what they are', () => {
    expect(measured(tone({ offset: 0.1 })).dcOffset).toBeCloseTo(0.1, 2);
    expect(measured(new Float32Array(8000)).silenceShare).toBe(1);
    expect(measured(new Float32Array(8000).fill(0.2)).silenceShare).toBe(1);
    let state = 7;
    const noise = Float32Array.from({ length: 8000 }, () => {
      state = (state * 48_271) % 0x7fffffff;
      return (state / 0x7fffffff - 0.5) * 0.5;
    });
    expect(measured(noise).snrDb).toBeLessThan(3);
  });
});

test('a clip that ends in mid-swing swings around zero all the same', () => {
  const threeAndAHalfSwings = sine(70, 8000).subarray(0, 400);
  expect(Math.abs(measured(threeAndAHalfSwings).dcOffset)).toBeLessThan(0.01);
});

describe('the form of a clip', () => {
  const shape = (samples: Float32Array, file: object = {}, sampleRate = 8000, channels = 1) =>
    shapeClip(samples, { sampleRate, channels }, configOf(file));

  test('is the configured rate and length, whatever came', () => {
    for (const [seconds, sampleRate] of [
      [0.5, 44_100],
      [3, 8000],
      [1, 8000],
    ] as const)
      expect(shape(tone({ seconds, sampleRate }), {}, sampleRate).pcm.length).toBe(8000);
  });

  test('each step that changed something is told, and no other', () => {
    const silence = new Float32Array(4000);
    const quiet = Float32Array.from([...silence, ...tone({ amplitude: 0.1, offset: 0.05, sampleRate: 16_000 })]);
    expect(codes(shape(quiet, {}, 16_000, 2).fixes)).toEqual([
      'audio.channels',
      'audio.sample-rate',
      'audio.dc-offset',
      'audio.level',
      'audio.padded',
    ]);
    expect(codes(shape(tone({ amplitude: 0.9, seconds: 2 })).fixes)).toContain('audio.too-long');
    const rules = { 'audio.level': { action: 'off' }, 'audio.edge-silence': { action: 'off' } };
    expect(shape(tone({ seconds: 1 }), { rules }).fixes).toEqual([]);
  });

  test('the loudest sample comes to the level asked for, but no gain goes beyond bounds', () => {
    expect(Math.max(...shape(tone({ amplitude: 0.2 })).pcm) / 32_768).toBeCloseTo(0.9, 1);
    expect(Math.max(...shape(tone({ amplitude: 0 }).map((value) => value / 1000)).pcm)).toBeLessThan(10);
  });

  test('silence around goes, a margin stays', () => {
    expect(heardFrames([-90, -90, -90, -90, -10, -20, -90, -90, -90, -90], 40)).toEqual([2, 8]);
    expect(heardFrames([-10, -10], 40)).toEqual([0, 2]);
  });
});
