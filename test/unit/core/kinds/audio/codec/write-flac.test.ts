import { expect, test } from 'vitest';
import { uniforms } from '#core/base/random.ts';
import { writeFlac } from '#core/kinds/audio/codec/write-flac.ts';
import { writeWav } from '#core/kinds/audio/codec/write-wav.ts';
import { decodeFlac } from '#core/kinds/audio/decode/decode-flac.ts';
import { tone } from '../sounds.ts';

const pcm = (samples: ArrayLike<number>) => Int16Array.from(samples, (value) => Math.round(value * 32_767));
const noise = (count: number) => pcm(Float64Array.from(uniforms(1, 'noise', count), (value) => 2 * value - 1));

// The decoder divides samples by 32,767.
test.each([
  ['a tone', pcm(tone({ seconds: 1.3 }))],
  ['noise of full scale', noise(10_000)],
  ['steps of full scale', Int16Array.from({ length: 5000 }, (_, i) => (i % 2 === 0 ? -32_768 : 32_767))],
  ['silence', new Int16Array(4096)],
  ['sixteen samples', noise(16)],
  ['a block and one sample', noise(4097)],
  ['more frames than one byte numbers', noise(4096 * 129)],
])('%s comes back from FLAC sample by sample', async (_, samples) => {
  const decoded = await decodeFlac(writeFlac(samples, 8000));
  if (!decoded.ok) throw new Error(decoded.given);
  const { sampleRate, channels, truncated, lost } = decoded.sound;
  expect({ sampleRate, channels: channels.length, truncated, lost }).toEqual({ sampleRate: 8000, channels: 1 });
  const back = Int16Array.from(channels[0], (value) => Math.round(value * 32_767));
  expect(Buffer.compare(Buffer.from(back.buffer), Buffer.from(samples.buffer))).toBe(0);
});

test('a tone takes less room than in a WAV; the notes are in it', () => {
  const samples = pcm(tone({ seconds: 1 }));
  const notes = { TITLE: 'seven', COMMENT: 'machine-generated' };
  const flac = writeFlac(samples, 8000, notes);
  expect(flac.length).toBeLessThan(0.7 * writeWav(samples, 8000).length);
  expect(Buffer.from(flac).toString('latin1')).toContain('COMMENT=machine-generated');
  expect(writeFlac(samples, 8000, notes)).toEqual(flac);
});
