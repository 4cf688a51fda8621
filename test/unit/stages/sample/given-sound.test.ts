import { expect, test } from 'vitest';
import type { MelCodec } from '#core/kinds/audio/codec/mel-codec.ts';
import { writeWav } from '#core/kinds/audio/codec/write-wav.ts';
import { readWav } from '#core/kinds/audio/decode/pcm/wav.ts';
import { keys } from '#core/store/keys.ts';
import { readSound } from '#stages/sample/audio/given-sound.ts';
import { linearDecoder, linearEncoder } from '../../../fixtures/decoders.ts';
import { storeModel } from '../../../fixtures/stored-model.ts';
import { bytesOf, openEndpoint } from './calls.ts';

const RATE = 8000;
const CODEC: MelCodec = {
  ...{ schemaVersion: 1, sampleRate: RATE, samples: 4096, frame: 256, hop: 128, frames: 32, bands: 32 },
  ...{ lowestHertz: 40, lowestDecibels: -66, highestDecibels: 6 },
};
/** Silence, then a tone. */
const GIVEN = Int16Array.from({ length: 3000 }, (_, i) => (i < 800 ? 0 : Math.round(9_000 * Math.sin(i / 3))));
const LONG = Int16Array.from({ length: 24_000 }, (_, i) => Math.round(9_000 * Math.sin(i)));
const read = (given: Int16Array, gap: { from: number; to?: number }) =>
  readSound(Buffer.from(writeWav(given, RATE)).toString('base64'), CODEC, { place: 0, gap, isCut: false });

test('a clip that is continued has the length of those of the model, and nothing of what comes after the place is known', () => {
  const from = 1600;
  const continued = read(GIVEN, { from: from / RATE });
  if (!continued.ok) throw new Error('the clip was refused');
  const { samples, start, length, clip } = continued.value;
  expect(start).toBeGreaterThan(0);
  expect(start).toBeLessThanOrEqual(800);
  expect([samples.length, length]).toEqual([start + CODEC.samples, CODEC.samples]);
  expect(samples.slice(0, from)).toEqual(Float32Array.from(GIVEN.slice(0, from), (value) => value / 32_768));
  expect(new Set(samples.slice(from))).toEqual(new Set([0]));
  expect(new Set(clip.slice(from - start))).toEqual(new Set([0]));
});

test.each([
  ['where nothing comes before', GIVEN, { from: 0 }],
  ['after more than the model draws', LONG, { from: 3 }],
  ['behind the end', GIVEN, { from: 3, to: 4 }],
])('%s there is nothing to fill', (_, given, gap) => {
  expect(read(given, gap)).toMatchObject({ ok: false, refusal: { code: 'request.invalid' } });
});

test('the endpoint continues a clip: what is known stays, and the model draws on', async () => {
  const { data, call } = openEndpoint();
  const shape = { latentDim: 4, width: CODEC.frames, height: CODEC.bands, channels: 1 } as const;
  const more = { 'codec.json': Buffer.from(JSON.stringify(CODEC)) };
  const card = await storeModel(data, { shape, decoder: linearDecoder(shape), encoder: linearEncoder(shape), more });
  const { width, height, channels } = shape;
  const input = { kind: 'audio', sampleRate: RATE, seconds: CODEC.samples / RATE, width, height, channels };
  await data.put(keys.modelCard('digits', 'model-a'), JSON.stringify({ ...card, input }));
  const item = { sound: Buffer.from(writeWav(GIVEN.slice(0, 1600), RATE)).toString('base64') };
  const body = { item, gap: { from: 1600 / RATE } };
  const answer = await call({ path: '/v1/datasets/digits/inpaint', accept: 'audio/wav', body });
  const read = readWav(bytesOf(answer));
  if (!read.ok) throw new Error('the answer is no WAV');
  const samples = [...read.sound.channels[0]].map((value) => Math.round(value * 32_768));
  expect(samples.slice(0, 1600)).toEqual([...GIVEN.slice(0, 1600)]);
  expect(samples.length).toBeGreaterThan(CODEC.samples);
  expect(samples.slice(1600).some((value) => value !== 0)).toBe(true);
});
