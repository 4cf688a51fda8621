// The larger picture that a part keeps for `fit: subject`.
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodeColumns } from '#core/base/parquet-columns.ts';
import { cleanImage } from '#core/kinds/image/clean.ts';
import type { ImageConfig } from '#core/kinds/image/config.ts';
import { encodeImagePart, IMAGE_COLUMNS, imageColumns } from '#core/kinds/image/part.ts';
import { decodePhoto, photoScaleOf } from '#core/kinds/image/photo.ts';
import { CONFIG } from '../../../stages/index/world.ts';

const datasetOf = (fit: ImageConfig['fit'], channels: 1 | 3 = 3) => ({
  ...CONFIG,
  image: { width: 64, height: 64, channels, fit },
});

/** Stripes, so that a shift or a mirrored picture would be noticed. */
function stripes(width: number, height: number): Promise<Buffer> {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return [(x * 255) / width, (y * 255) / height, Math.floor(x / 20) % 2 ? 200 : 40][i % 3] as number;
  });
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

async function itemOf(bytes: Uint8Array, fit: ImageConfig['fit'], channels: 1 | 3 = 3) {
  const cleaned = await cleanImage({ path: 'a/b.png', ok: true, bytes }, datasetOf(fit, channels), 'd/a/b.png');
  if (!cleaned.accepted) throw new Error(JSON.stringify(cleaned.issues));
  return cleaned.item;
}

describe('fit: subject', () => {
  test('keeps a picture with a shorter side of 208 pixels, upright, whole and close to the original', async () => {
    const original = await stripes(800, 600);
    const turned = await sharp(original).jpeg({ quality: 95 }).withMetadata({ orientation: 6 }).toBuffer();
    const { photo } = await itemOf(turned, 'subject');
    const picture = await decodePhoto(photo as Uint8Array);
    expect([picture.width, picture.height, picture.channels]).toEqual([208, 277, 3]);
    const upright = await sharp(original).rotate(90).resize(208, 277, { fit: 'fill' }).raw().toBuffer();
    const difference = upright.reduce((sum, value, i) => sum + Math.abs(value - (picture.pixels[i] as number)), 0);
    expect(difference / upright.length).toBeLessThan(3);
    expect((await sharp(photo).metadata()).exif).toBeUndefined();
  });

  test('never enlarges, and limits panoramas by their longer side', () => {
    expect(photoScaleOf({ width: 100, height: 90 })).toBe(1);
    expect(photoScaleOf({ width: 416, height: 500 })).toBe(0.5);
    expect(photoScaleOf({ width: 5120, height: 600 })).toBe(0.1);
  });

  test('leaves pixels, id, measures and flags of a small image as they are', async () => {
    const bytes = await stripes(240, 200);
    const { photo, ...subject } = await itemOf(bytes, 'subject');
    expect(photo).toBeDefined();
    expect(subject).toEqual(await itemOf(bytes, 'cover'));
  });

  test('gives a large image nearly the same pixels and measures as cover', async () => {
    const bytes = await stripes(1600, 1000);
    const [subject, cover] = [await itemOf(bytes, 'subject'), await itemOf(bytes, 'cover')];
    const difference = subject.bytes.reduce((sum, value, i) => sum + Math.abs(value - (cover.bytes[i] as number)), 0);
    expect(difference / cover.bytes.length).toBeLessThan(2);
    expect(subject.flags).toEqual(cover.flags);
    for (const name of ['brightness', 'contrast', 'sharpness', 'entropy', 'uniformity'] as const)
      expect(Math.abs(subject[name] - cover[name])).toBeLessThan(0.05 * Math.max(1, cover[name]));
  });

  test('works for greyscale datasets, whose photos are shown to the network as RGB', async () => {
    const { photo, channels } = await itemOf(await stripes(400, 300), 'subject', 1);
    expect(channels).toBe(1);
    expect((await sharp(photo).metadata()).channels).toBe(1);
    expect((await decodePhoto(photo as Uint8Array)).channels).toBe(3);
  });

  test('gives the same bytes each time', async () => {
    const bytes = await stripes(640, 480);
    expect((await itemOf(bytes, 'subject')).photo).toEqual((await itemOf(bytes, 'subject')).photo);
  });
});

test('only parts of fit: subject have the column photo', async () => {
  const bytes = await stripes(300, 250);
  for (const fit of ['cover', 'contain', 'fill'] as const) expect(imageColumns(datasetOf(fit))).toEqual(IMAGE_COLUMNS);
  const item = await itemOf(bytes, 'subject');
  const part = encodeImagePart([item]);
  const columns = imageColumns(datasetOf('subject'));
  const [row] = await decodeColumns<Record<string, unknown>, string>(part, columns);
  expect(row?.photo).toEqual(new Uint8Array(item.photo as Uint8Array));
  const { photo: _photo, ...without } = item;
  await expect(decodeColumns<Record<string, unknown>, string>(encodeImagePart([without]), columns)).rejects.toThrow();
});
