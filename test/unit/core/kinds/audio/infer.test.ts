import { expect, test } from 'vitest';
import { inferAudio } from '#core/kinds/audio/infer.ts';
import { compressed } from './compressed-sounds.ts';
import { tone, wavOf } from './sounds.ts';

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
