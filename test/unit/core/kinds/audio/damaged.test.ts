import { afterAll, describe, expect, test } from 'vitest';
import { decodeSound } from '#core/kinds/audio/decode/decode.ts';
import { findSound } from '#core/kinds/audio/decode/find-sound.ts';
import { walkMpeg } from '#core/kinds/audio/decode/mpeg-frames.ts';
import { cleanOgg, isCutInPage } from '#core/kinds/audio/decode/ogg-pages.ts';
import { mixDown } from '#core/kinds/audio/measure.ts';
import { isSoundStartTooShort, soundLength } from '#core/kinds/audio/sound-length.ts';
import { openPatientDecoder } from '../../../../fixtures/patient-decoder.ts';
import { compressed } from './compressed-sounds.ts';
import { tone, wavOf } from './sounds.ts';

const decoder = openPatientDecoder();
afterAll(() => decoder.close());
const read = async (bytes: Uint8Array) => {
  const decoded = await decodeSound(bytes, decoder.decode);
  if (!decoded.ok) return decoded;
  const { sound } = decoded;
  return { ...sound, samples: sound.channels[0].length };
};
const joined = (...parts: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
/** An ID3v2 tag of so many bytes of content. */
const id3 = (length: number) =>
  joined(Buffer.from('ID3\x04\0\0', 'latin1'), Uint8Array.of(0, 0, length >> 7, length & 127), new Uint8Array(length));
const id3v1 = joined(Buffer.from('TAGa title'), new Uint8Array(118));
const noise = (length: number) => Uint8Array.from({ length }, (_, i) => ((i * 7919) ^ (i >> 3)) & 255);
const spoiled = (bytes: Uint8Array, from: number, length: number) =>
  joined(bytes.subarray(0, from), noise(length), bytes.subarray(from + length));
/** Three times the same frames make a stream that is long enough to lose some. */
const longMp3 = () => {
  const mp3 = compressed('mp3');
  const first = walkMpeg(mp3)?.frames[1]?.at ?? 0;
  return joined(...Array.from({ length: 8 }, () => mp3.subarray(first)));
};

describe('tags and junk around a sound', () => {
  test.each(['flac', 'mp3', 'oga', 'opus'] as const)('an ID3v2 tag in front of %s changes nothing', async (type) => {
    const [plain, tagged] = [await read(compressed(type)), await read(joined(id3(300), compressed(type)))];
    expect(tagged).toEqual(plain);
    expect(plain).toHaveProperty('samples');
  });

  test('nor does one in front of WAV, one behind FLAC, or zeros in front of MP3', async () => {
    const wav = wavOf(tone());
    expect(await read(joined(id3(200), wav))).toEqual(await read(wav));
    expect(await read(joined(compressed('flac'), id3v1))).toEqual(await read(compressed('flac')));
    expect(await read(joined(new Uint8Array(1000), compressed('mp3')))).toEqual(await read(compressed('mp3')));
  });

  test.each<[string, Uint8Array, string]>([
    ['a tag alone', id3(50), 'no frames of MPEG audio'],
    ['a tag and noise', joined(id3(50), noise(9000)), 'no frames of MPEG audio'],
    ['one frame and noise', joined(longMp3().subarray(0, 144), noise(60_000)), 'no frames of MPEG audio'],
  ])('%s is no sound', async (_, bytes, given) => {
    expect(await read(bytes)).toMatchObject({ ok: false, code: 'audio.corrupt', given });
  });

  test.each([
    ['Speex in Ogg', Buffer.from('OggS\0\x02..............................Speex   1.2', 'latin1')],
    ['a Theora film in Ogg', Buffer.from('OggS\0\x02....\x80theora', 'latin1')],
  ])('%s is named', (name, bytes) => {
    expect(findSound(new Uint8Array(bytes))).toMatchObject({ type: undefined, name });
  });
});

test('what is no sound that is read is named by the register, with the command that converts it', async () => {
  const dts = Uint8Array.of(0x7f, 0xfe, 0x80, 0x01, ...new Array(200).fill(1));
  expect(await decodeSound(dts, decoder.decode, 'memos/a b.dts')).toEqual({
    ok: false,
    code: 'upload.type-not-allowed',
    given: 'a DTS sound',
    remedy: "Convert it to WAV: ffmpeg -i 'a b.dts' 'a b'.wav",
  });
});

test('the headers of Ogg are read on until a page tells how long the sound is', () => {
  const ogg = compressed('oga');
  expect(isSoundStartTooShort(ogg.subarray(0, 200))).toBe(true);
  expect(isSoundStartTooShort(ogg)).toBe(false);
  expect(isSoundStartTooShort(id3(300).subarray(0, 100))).toBe(true);
});

test.each([0, 5])('Opus of version %i is read as version 1', async (version) => {
  const opus = compressed('opus');
  const end = 28 + (opus[27] as number);
  opus[28 + 8] = version;
  opus.set(oggChecksum(opus.subarray(0, end)), 22);
  const plain = await read(compressed('opus'));
  expect(plain).toHaveProperty('samples');
  expect(await read(opus)).toEqual(plain);
});

/** RFC 3533, section 6. */
function oggChecksum(page: Uint8Array): Uint8Array {
  let crc = 0;
  for (const [i, byte] of page.entries()) {
    crc ^= (i >= 22 && i < 26 ? 0 : byte) << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return Uint8Array.of(crc, crc >> 8, crc >> 16, crc >> 24);
}

describe('a sound that is damaged in the middle', () => {
  test('of MP3 is told, and silent where it is', async () => {
    const whole = await read(longMp3());
    const mp3 = spoiled(longMp3(), 900, 150);
    const hurt = await read(mp3);
    expect(whole).not.toHaveProperty('lost');
    if (!('samples' in hurt) || !hurt.lost) throw new Error('not told');
    expect(hurt.lost.seconds).toBeGreaterThan(0);
    expect(hurt.lost.seconds).toBeLessThan(0.5 * hurt.lost.of);
    expect(Math.max(...hurt.channels[0].map(Math.abs))).toBeLessThan(1.5);
  });

  test('of FLAC is silent there, and the rest stays in its place', async () => {
    const whole = await read(compressed('flac'));
    const flac = compressed('flac');
    const hurt = await read(spoiled(flac, Math.floor(flac.length / 2), 40));
    if (!('samples' in whole && 'samples' in hurt)) throw new Error('not read');
    expect(hurt.samples).toBe(whole.samples);
    expect(hurt.lost).toMatchObject({ of: 9000 / 8000 });
    const [a, b] = [whole.channels[0], hurt.channels[0]];
    expect(b.every((value, i) => value === a[i] || value === 0)).toBe(true);
    expect(b.some((value, i) => value !== a[i])).toBe(true);
  });

  test('of FLAC whose length is unknown is cut, and that is told', async () => {
    const flac = compressed('flac');
    flac.set([(flac[21] as number) & 0xf0, 0, 0, 0, 0], 21);
    expect(await read(flac)).toMatchObject({ samples: 9000, truncated: undefined });
    expect(await read(flac.subarray(0, flac.length - 900))).toMatchObject({
      truncated: /breaks off after \d+ samples/,
    });
  });

  test.each(['oga', 'opus'] as const)('of %s loses the page whose checksum is wrong, before it is decoded', (type) => {
    const ogg = compressed(type);
    const last = Buffer.from(ogg).lastIndexOf('OggS');
    const stream = cleanOgg(spoiled(ogg, last + 60, 20));
    expect(cleanOgg(ogg)).toMatchObject({ isDamaged: false, hasEnd: true });
    expect(stream).toMatchObject({ isDamaged: true, hasEnd: false });
    expect(stream?.bytes.length).toBeLessThan(ogg.length);
  });
});

test('a length is known or estimated for every type, from the beginning and the size alone', () => {
  const start = (bytes: Uint8Array) => soundLength(bytes.subarray(0, 2000), bytes.length);
  expect(start(compressed('flac'))).toEqual({ sampleRate: 8000, seconds: 1.125 });
  expect(start(compressed('mp3'))?.sampleRate).toBe(8000);
  expect(start(longMp3())?.sampleRate).toBe(8000);
  for (const type of ['mp3', 'oga', 'opus'] as const) {
    const bytes = compressed(type);
    expect(Math.abs((soundLength(bytes, bytes.length)?.seconds ?? 0) - 0.15)).toBeLessThan(0.1);
  }
  expect(soundLength(noise(4000), 4000)).toBeUndefined();
});

test('two channels that cancel each other out give the first; others give their mean', () => {
  const left = tone();
  const right = left.map((value) => -value);
  expect(mixDown([left, right])).toEqual({ mono: left, isAntiphase: true });
  expect(mixDown([left, left]).isAntiphase).toBe(false);
  expect(mixDown([left, new Float32Array(left.length)]).mono[100]).toBeCloseTo((left[100] as number) / 2);
});

test('an Ogg that breaks off within a page is told from one with other bytes behind its pages', () => {
  const ogg = compressed('oga');
  expect(isCutInPage(ogg)).toBe(false);
  expect(isCutInPage(ogg.subarray(0, -10))).toBe(true);
  expect(isCutInPage(Buffer.concat([ogg.subarray(0, 58), Buffer.alloc(300, 9)]))).toBe(false);
});
