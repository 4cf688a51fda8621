import sharp from 'sharp';
import { expect, test } from 'vitest';
import { writeWav } from '#core/kinds/audio/codec/write-wav.ts';
import { readWav } from '#core/kinds/audio/decode/pcm/wav.ts';
import { encodeImagePart } from '#core/kinds/image/part.ts';
import { memoryStore } from '#core/store/memory.ts';
import { plainPicture } from '#stages/seal/plain-picture.ts';
import { readPreviews } from '#stages/seal/previews.ts';
import { factsOf, shownOf } from '../../core/pages/quality/evidence.ts';
import { itemOf, pictures, SIDE } from '../index/world.ts';

const NOTE = 'at home, 52.5 N 13.4 E';

async function photo(): Promise<Uint8Array> {
  const exif = { IFD0: { ImageDescription: NOTE } };
  const image = sharp({ create: { width: 40, height: 30, channels: 3, background: '#a63' } });
  return new Uint8Array(await image.withExif(exif).jpeg().toBuffer());
}

test('pictures are cut from their part as PNG of the very pixels; one that is not there says so', async () => {
  const data = memoryStore({ bucket: 'data' });
  const items = pictures(0, 5).map((picture) => itemOf(picture, 'pets/a.zip'));
  await data.put('parts/x.parquet', encodeImagePart(items));
  const [there, gone, beyond] = [
    shownOf('a', { part: { key: 'parts/x.parquet', row: 3 } }),
    shownOf('b', { part: { key: 'parts/gone.parquet', row: 0 } }),
    shownOf('c', { part: { key: 'parts/x.parquet', row: 9 } }),
  ];
  const flagged = [{ code: 'image.blurry' as const, items: 3, examples: [there, gone, beyond] }];
  const previews = await readPreviews(data, factsOf({ flagged }), null);
  const preview = previews(there);
  if (preview.shows !== 'image') throw new Error(`shows ${preview.shows}`);
  const { data: pixels, info } = await sharp(Buffer.from(preview.uri.split(',')[1] as string, 'base64'))
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([SIDE, SIDE, 1]);
  expect(new Uint8Array(pixels)).toEqual(items[3]?.bytes);
  expect(previews(gone).shows).toBe('nothing');
  expect(previews(beyond).shows).toBe('nothing');
});

test('a dropped picture is shown without what its camera noted', async () => {
  const bytes = await photo();
  expect(Buffer.from(bytes).includes(NOTE)).toBe(true);
  const plain = plainPicture(bytes);
  expect(plain).toMatchObject({ type: 'image/jpeg', width: 40 });
  expect(Buffer.from(plain?.bytes ?? []).includes(NOTE)).toBe(false);
  expect(await sharp(plain?.bytes).raw().toBuffer()).toEqual(await sharp(bytes).raw().toBuffer());
  expect(plainPicture(bytes.subarray(0, 30))).toBeUndefined();
  expect(plainPicture(new TextEncoder().encode('<svg onload="alert(1)"/>'))).toBeUndefined();
});

test('a row as it came is shown only where the table holds nothing personal, and addresses in it are masked', async () => {
  const data = memoryStore({ bucket: 'data' });
  const item = shownOf('a.csv', { line: 2, row: 'ada@example.org,3' });
  const rejected = [{ code: 'table.type' as const, items: 1, examples: [{ item, issues: [] }] }];
  const column = { type: 'text' as const, rows: 1, missing: 0, distinct: 1, categories: [] };
  const facts = (personal: boolean) =>
    factsOf({ kind: 'table', rejected, columns: [{ ...column, name: 'who', personal }] });
  expect((await readPreviews(data, facts(true), null))(item).shows).toBe('nothing');
  expect((await readPreviews(data, facts(false), null))(item)).toEqual({ shows: 'text', text: '[email],3' });
});

test('rejected sounds are played without what the file says beside its samples; what is no WAV is not', async () => {
  const data = memoryStore({ bucket: 'data' });
  const wav = writeWav(
    Int16Array.from({ length: 800 }, (_, i) => 3000 * ((i >> 3) & 1)),
    8000,
    { ICMT: NOTE },
  );
  expect(Buffer.from(wav).includes(NOTE)).toBe(true);
  await data.put('quarantine/a', wav);
  await data.put('quarantine/b', new TextEncoder().encode('<script>alert(1)</script>'));
  const [sound, script] = [
    shownOf('a.wav', { bytesKey: 'quarantine/a' }),
    shownOf('b.wav', { bytesKey: 'quarantine/b' }),
  ];
  const rejected = [sound, script].map((item) => {
    return { code: 'audio.silence' as const, items: 1, examples: [{ item, issues: [] }] };
  });
  const previews = await readPreviews(data, factsOf({ kind: 'audio', rejected }), null);
  const preview = previews(sound);
  if (preview.shows !== 'sound') throw new Error(`shows ${preview.shows}`);
  expect(preview.drawing).toContain('<svg');
  const played = Buffer.from(preview.uri?.split(',')[1] ?? '', 'base64');
  expect(played.includes(NOTE)).toBe(false);
  const read = readWav(new Uint8Array(played));
  expect(read.ok && [read.sound.sampleRate, read.sound.channels[0].length]).toEqual([8000, 800]);
  expect(previews(script).shows).toBe('nothing');
});
