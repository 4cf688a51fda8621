import { afterAll, expect, test } from 'vitest';
import { decodeSound } from '#core/kinds/audio/decode/decode.ts';
import { walkMpeg } from '#core/kinds/audio/decode/mpeg-frames.ts';
import { type MpegHeader, mainData, mpegHeader, sideEnd } from '#core/kinds/audio/decode/mpeg-header.ts';
import { soundLength } from '#core/kinds/audio/sound-length.ts';
import { openPatientDecoder } from '../../../../fixtures/patient-decoder.ts';
import { compressed } from './compressed-sounds.ts';

const decoder = openPatientDecoder();
afterAll(() => decoder.close());

const BORROWED = 20;

/**
 * The frames of MPEG-2 in the free format: of one length that no bit rate has, each with the first bytes of its main data at the end of
 * the frame before.
 */
function freeFormat(mp3: Uint8Array): Uint8Array {
  const frames = walkMpeg(mp3)?.frames ?? [];
  const headers = frames.map(({ at }) => mpegHeader(mp3, at) as MpegHeader);
  const side = sideEnd(headers[0] as MpegHeader);
  const areas = frames.map(({ at, bytes }) => mp3.subarray(at + side, at + bytes));
  const place = Math.max(...areas.map(({ length }) => length)) + 2 * BORROWED;
  const free = frames.map(({ at }, i) => {
    const frame = new Uint8Array(side + place);
    frame.set(mp3.subarray(at, at + side));
    frame[2] = (frame[2] as number) & 0x0d;
    frame[4] = i === 0 ? 0 : BORROWED;
    return frame;
  });
  frames.forEach(({ at }, i) => {
    const { borrowed, bytes } = mainData(mp3, at, headers[i] as MpegHeader);
    const before = Buffer.concat(areas.slice(0, i));
    const data = Buffer.concat([before.subarray(before.length - borrowed), areas[i] as Uint8Array]);
    const isFirst = i === 0;
    if (!isFirst) (free[i - 1] as Uint8Array).set(data.subarray(0, BORROWED), side + place - BORROWED);
    (free[i] as Uint8Array).set(isFirst ? data : data.subarray(BORROWED, Math.max(BORROWED, bytes)), side);
  });
  return new Uint8Array(Buffer.concat(free));
}
/** The frames behind the one with the length of the whole, several times. */
function longMp3(): Uint8Array {
  const mp3 = compressed('mp3');
  const first = walkMpeg(mp3)?.frames[1]?.at ?? 0;
  return new Uint8Array(Buffer.concat(Array.from({ length: 8 }, () => mp3.subarray(first))));
}

test.each([
  ['with the length of the whole in its first frame', compressed('mp3')],
  ['without it', longMp3()],
])('MP3 in the free format %s has the same samples as at a constant bit rate', async (_, mp3) => {
  const rated = walkMpeg(mp3);
  const free = freeFormat(mp3);
  expect(walkMpeg(free)).toMatchObject({
    isFree: true,
    frames: new Array(rated?.frames.length).fill({ isDamaged: false, gap: 0 }),
  });
  expect(soundLength(free, free.length)?.sampleRate).toBe(rated?.sampleRate);
  const [is, was] = [await decodeSound(free, decoder.decode), await decodeSound(mp3, decoder.decode)];
  if (!is.ok || !was.ok) throw new Error('both are read');
  expect(is.sound).toEqual(was.sound);
  expect(Math.max(...is.sound.channels[0])).toBeGreaterThan(0.1);
});

test('a damaged middle of the free format is silent, and the seconds are told', async () => {
  const free = freeFormat(longMp3());
  free.fill(0x55, 2000, 2900);
  const decoded = await decodeSound(free, decoder.decode);
  if (!decoded.ok) throw new Error('it is read');
  expect(decoded.sound.lost?.seconds).toBeGreaterThan(0.1);
});

test('layer II in the free format is refused with what to do, since its bits depend on the rate', async () => {
  const frame = Uint8Array.of(0xff, 0xfd, 0x00, 0xc0, ...new Array<number>(200).fill(0));
  const free = new Uint8Array(Buffer.concat(Array.from({ length: 8 }, () => frame)));
  expect(await decodeSound(free, decoder.decode)).toMatchObject({
    ok: false,
    code: 'audio.type-not-allowed',
    given: 'MPEG audio in the free format above 320 kbit/s, or of layer I or II',
    allowed: expect.stringContaining('mpg123 -w'),
  });
});
