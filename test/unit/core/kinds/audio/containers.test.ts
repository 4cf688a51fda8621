import { afterAll, describe, expect, test } from 'vitest';
import { looksLikeFilm } from '#core/kinds/audio/decode/containers/is-film.ts';
import { decodeSound } from '#core/kinds/audio/decode/decode.ts';
import { isSoundStartTooShort, soundLength } from '#core/kinds/audio/sound-length.ts';
import { mutant, mutantCount } from '../../../../fixtures/mutants.ts';
import { openPatientDecoder } from '../../../../fixtures/patient-decoder.ts';
import { contained } from './contained-sounds.ts';

const decoder = openPatientDecoder();
afterAll(() => decoder.close());
const read = (bytes: Uint8Array, path?: string) => decodeSound(bytes, decoder.decode, path);
/** The same bytes with four letters in place of others. */
const renamed = (bytes: Uint8Array, from: string, to: string) => {
  const copy = Buffer.from(bytes);
  for (let at = copy.indexOf(from, 0, 'latin1'); at >= 0; at = copy.indexOf(from, at + 4, 'latin1'))
    copy.write(to, at, 'latin1');
  return new Uint8Array(copy);
};

test.each([
  ['m4a', 8000, 1200, 1200],
  ['alac', 8000, 1200, 1200],
  ['adts', 8000, 1200, 2100],
  ['amr', 8000, 1280, 1280],
  ['threeGp', 8000, 1280, 1280],
  ['webm', 48_000, 7200, 7500],
  ['mov', 8000, 1200, 1200],
  ['mp3Mka', 8000, 1200, 1200],
] as const)('%s is decoded, and its header tells its length', async (type, sampleRate, least, declared) => {
  const bytes = contained(type);
  const decoded = await read(bytes);
  if (!decoded.ok) throw new Error(decoded.given);
  const { sound } = decoded;
  const samples = sound.channels[0].length;
  expect([sound.sampleRate, sound.channels.length, sound.truncated, sound.lost]).toEqual([
    sampleRate,
    1,
    undefined,
    undefined,
  ]);
  // Encoders fill their last frame up.
  expect(samples).toBeGreaterThanOrEqual(least * 0.9);
  expect(samples).toBeLessThan(least + 2048);
  const loudest = sound.channels[0].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(loudest).toBeGreaterThan(0.3);
  expect(loudest).toBeLessThan(0.5);
  const length = soundLength(bytes, bytes.length);
  expect(length?.sampleRate).toBe(sampleRate);
  expect(Math.abs((length?.seconds ?? 0) - declared / sampleRate)).toBeLessThan(0.14);
});

test('what an encoder put before and behind a sound is left out: the tone begins with the file', async () => {
  for (const [type, length, begins] of [
    ['mp3Mka', 1200, 0],
    ['threeGp', 1390, undefined],
  ] as const) {
    const decoded = await read(contained(type));
    if (!decoded.ok) throw new Error(decoded.given);
    const [samples] = decoded.sound.channels;
    expect(samples.length).toBe(length);
    if (begins === undefined) continue;
    // A tone of 440 Hz that rises: its first sixteenth of a second is compared with the same tone, and with it half a period later.
    const alike = (shift: number) =>
      samples
        .slice(0, 500)
        .reduce((sum, value, i) => sum + value * Math.sin((2 * Math.PI * 440 * (i + shift)) / 8000), 0);
    expect(alike(0)).toBeGreaterThan(50);
    expect(alike(9)).toBeLessThan(-50);
  }
});

describe('what cannot be read is named', () => {
  test.each([
    [
      'a film',
      renamed(contained('m4a'), 'soun', 'vide'),
      'audio.type-not-allowed',
      /^a film: MP4 with moving pictures$/,
    ],
    ['protected music', renamed(contained('m4a'), 'mp4a', 'drms'), 'audio.type-not-allowed', /^a protected sound/],
    ['another codec', renamed(contained('mov'), 'ulaw', 'ac-3'), 'audio.type-not-allowed', /^Dolby Digital.* in MP4$/],
    ['a recording that was cut off', contained('alac').subarray(0, 2000), 'audio.truncated', /index/],
    ['noise in WebM', contained('webm').map((byte, i) => (i < 60 ? byte : (i * 7919) % 251)), 'audio.corrupt', /./],
  ] as const)('%s', async (_, bytes, code, given) => {
    const decoded = await read(bytes, 'clip one.mp4');
    expect(decoded).toMatchObject({ ok: false, code, given: expect.stringMatching(given) });
    if (given.source.includes('film'))
      expect(decoded).toHaveProperty('remedy', expect.stringContaining("'clip one.mp4'"));
  });
});

test('damage is silent and told; a lost end is told', async () => {
  const amr = contained('amr');
  const spoiled = new Uint8Array(Buffer.concat([amr, Uint8Array.of(0xff, 0xff, 0xff)]));
  expect(await read(spoiled)).toMatchObject({ ok: true, sound: { lost: { seconds: expect.any(Number) } } });
  expect(await read(amr.subarray(0, amr.length - 3))).toMatchObject({
    ok: true,
    sound: { truncated: expect.stringContaining('last frame') },
  });
  const adts = contained('adts');
  expect(await read(adts.subarray(0, adts.length - 20))).toMatchObject({
    ok: true,
    sound: { truncated: expect.stringContaining('last frame') },
  });
});

test('a film is told from a sound by its tracks, and by its name where the index is at the end', () => {
  const m4a = contained('m4a');
  expect(looksLikeFilm(renamed(m4a, 'soun', 'vide'), 'a.m4a')).toBe(true);
  expect(looksLikeFilm(m4a, 'a.mp4')).toBe(false);
  const withoutIndex = contained('alac').subarray(0, 300);
  expect(isSoundStartTooShort(withoutIndex)).toBe(true);
  expect(looksLikeFilm(withoutIndex, 'a.MP4')).toBe(true);
  expect(looksLikeFilm(withoutIndex, 'a.m4a')).toBe(false);
});

test('damaged copies are sounds or refusals, and the whole ones between them are read', async () => {
  for (const type of ['m4a', 'alac', 'adts', 'amr', 'threeGp', 'webm', 'mov'] as const)
    for (let seed = 1; seed <= mutantCount(6); seed++) {
      const decoded = await read(new Uint8Array(mutant(contained(type), seed)));
      expect(String(decoded.ok || decoded.code)).toMatch(/^true$|^audio\.|^upload\./);
    }
  expect(await read(contained('m4a'))).toMatchObject({ ok: true });
});
