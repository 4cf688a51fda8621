import { expect, test } from 'vitest';
import { withIndex } from '#core/kinds/audio/decode/containers/read-index.ts';
import { clipsPerUnit, inferAudio } from '#core/kinds/audio/infer.ts';
import { isSoundStartTooShort, soundLength } from '#core/kinds/audio/sound-length.ts';
import { compressed } from './compressed-sounds.ts';
import { contained } from './contained-sounds.ts';
import { tone, wavOf } from './sounds.ts';

const CLIPS = { sampleRate: 8000, seconds: 1 };
const sample = (bytes: Uint8Array, path = 'a.wav') => ({ path, start: bytes.subarray(0, 4096) });
const clip = (seconds: number, sampleRate = 8000) => sample(wavOf(tone({ seconds, sampleRate }), { sampleRate }));

test('the most common rate and the length of nearly all clips, though only their beginnings were seen', () => {
  const clips = [...Array.from({ length: 30 }, () => clip(0.55)), clip(0.2, 44_100), clip(9)];
  expect(inferAudio(clips)).toEqual({ sampleRate: 8000, seconds: 0.6 });
});

test('high rates are brought down, long clips to whole seconds', () => {
  expect(inferAudio([clip(3.2, 44_100)])).toEqual({ sampleRate: 16_000, seconds: 4 });
  expect(inferAudio([clip(1, 4000), clip(40, 4000)])).toEqual({ sampleRate: 4000, seconds: 30 });
});

test('compressed sounds tell their length; where nothing does, there are defaults', () => {
  expect(inferAudio([sample(compressed('flac'))])).toEqual({ sampleRate: 8000, seconds: 1.2 });
  const whole = (type: 'mp3' | 'opus') => ({ path: 'a', start: compressed(type), size: compressed(type).length });
  expect(inferAudio([whole('mp3')])).toEqual({ sampleRate: 8000, seconds: 0.2 });
  expect(inferAudio([whole('opus')])).toEqual({ sampleRate: 16_000, seconds: 0.2 });
  expect(inferAudio([sample(new Uint8Array())])).toEqual({ sampleRate: 8000, seconds: 1 });
});

test.each(['alac', 'threeGp', 'mov'] as const)(
  'the index at the end of %s is read without its samples',
  async (type) => {
    const whole = contained(type);
    const reads: number[] = [];
    const readRange = async (first: number, last: number) => {
      reads.push(last - first + 1);
      return whole.subarray(first, last + 1);
    };
    const start = whole.subarray(0, 100);
    const size = whole.length;
    expect(soundLength(start, size)?.sampleRate).toBe(44_100);
    expect(soundLength(await withIndex(start, size, readRange), size)).toEqual(soundLength(whole, size));
    expect(soundLength(whole, size)?.sampleRate).not.toBe(44_100);
    expect(reads.length).toBe(1);
    expect(await withIndex(contained('m4a'), contained('m4a').length, readRange)).toEqual(contained('m4a'));
  },
);

test('FLAC from a pipe, which does not tell its length, is measured by its first frames', () => {
  const flac = compressed('flac');
  flac.set([(flac[21] as number) & 0xf0, 0, 0, 0, 0], 21);
  const size = flac.length;
  expect(soundLength(flac, size)).toEqual({ sampleRate: 8000, seconds: 9000 / 8000 });
  const half = flac.subarray(0, Math.ceil(size / 2));
  expect(Math.abs((soundLength(half, size)?.seconds ?? 0) - 9000 / 8000)).toBeLessThan(0.3);
  expect([200, size].map((end) => isSoundStartTooShort(flac.subarray(0, end)))).toEqual([true, false]);
  expect(isSoundStartTooShort(compressed('flac').subarray(0, 200))).toBe(false);
});

test('a sound whose index is out of reach is taken as one of a usual bit rate', () => {
  const start = contained('alac').subarray(0, 100);
  expect(inferAudio([{ path: 'a.m4a', start, size: 120_000 }])).toEqual({ sampleRate: 16_000, seconds: 10 });
});

test('a unit has as many sounds as one call cleans in half of its time, by their declared length', async () => {
  // Measured: 0.16 microseconds of CPU time a sample, decoded, measured and resampled.
  const secondsOf = (sounds: number, seconds: number, sampleRate: number) =>
    sounds * seconds * sampleRate * 2 * 0.16e-6;
  const unitOf = (seconds: number, sampleRate: number) => {
    const start = wavOf(new Float32Array(10), { sampleRate });
    const size = 44 + 2 * seconds * sampleRate;
    new DataView(start.buffer, start.byteOffset).setUint32(40, size - 44, true);
    return clipsPerUnit(10_000, async () => [{ path: 'a.wav', start, size }], CLIPS);
  };
  expect(await unitOf(1, 16_000)).toBe(500);
  for (const [seconds, rate] of [
    [60, 44_100],
    [180, 44_100],
    [3_000, 8_000],
  ] as const) {
    const sounds = await unitOf(seconds, rate);
    expect(sounds).toBeGreaterThanOrEqual(1);
    expect(sounds).toBeLessThan(500);
    // A sound of more samples than one may have is refused before it is decoded.
    expect(secondsOf(sounds, Math.min(seconds, 2 ** 23 / rate), rate)).toBeLessThan(60);
  }
  expect(await clipsPerUnit(3, async () => [], CLIPS)).toBe(500);
});

test('sounds that are mostly recordings are cut into clips, and a unit has fewer of them', async () => {
  const long = clip(11);
  const audio = inferAudio([long, long, clip(1)]);
  expect(audio).toEqual({ sampleRate: 8000, seconds: 2, window: { hop: 2, silence: null } });
  const start = wavOf(new Float32Array(8), { declared: 2 * 600 * 8000 });
  const samples = async () => [{ path: 'a.wav', start, size: 44 + 2 * 600 * 8000 }];
  const apart = await clipsPerUnit(10_000, samples, audio);
  const overlapping = await clipsPerUnit(10_000, samples, { ...audio, window: { hop: 0.1, silence: null } });
  // 600 s at 8 kHz are 4.8 million samples, twenty times as many where each is in twenty clips.
  expect([apart, overlapping]).toEqual([10, 1]);
});
