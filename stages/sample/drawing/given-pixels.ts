// The pixels of an image that a request brings along, and of a mask. What decodes files is loaded at the first file.
import { count } from '#core/base/format.ts';
import type { ImageConfig } from '#core/kinds/image/config.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import type { GivenItem } from '#core/model/messages/endpoint-api.ts';
import { checkDeadline } from '../large/deadline.ts';
import { accepted, type Result, refused } from '../problem.ts';
import type { Image } from '../representation/pictures.ts';

/** Maximum pixels of a file, checked in its header before decoding. */
const MOST_FILE_PIXELS = 2 ** 24;
const HALF = 128;

type Card = Pick<CardOf<'image' | 'audio'>, 'modelId'> & {
  readonly input: Pick<ImageConfig, 'width' | 'height' | 'channels'> & Partial<Pick<ImageConfig, 'fit'>>;
};

/** uint8 [height, width, channels] of the card. `place`: of the image in the request, from 0. */
export async function pixelsOf(item: GivenItem, { modelId, input }: Card, place: number): Promise<Result<Uint8Array>> {
  const { width, height, channels } = input;
  if ((item.pixels === undefined) === (item.image === undefined))
    return refused('item.invalid', `Image ${place + 1} must have either pixels or image.`);
  if (item.pixels !== undefined) {
    const pixels = Buffer.from(item.pixels, 'base64');
    if (pixels.length === width * height * channels) return accepted(pixels);
    return refused(
      'item.wrong-size',
      `Image ${place + 1} has ${pixels.length} bytes; the model ${modelId} reads ${height} x ${width} x ${channels} = ${width * height * channels}.`,
    );
  }
  const bytes = Buffer.from(item.image ?? '', 'base64');
  const header = await headerOf(bytes);
  if (!header || header.width * header.height > MOST_FILE_PIXELS)
    return refused(
      'item.invalid',
      `Image ${place + 1} must be a PNG, JPEG or WebP file of at most ${count(MOST_FILE_PIXELS)} pixels.`,
    );
  if (input.fit === 'subject' && (header.width !== width || header.height !== height))
    return refused(
      'item.wrong-size',
      `Image ${place + 1} has ${header.width} x ${header.height} pixels. The photos of the model ${modelId} are cut to their subject: send one that is cut, of ${width} x ${height} pixels; the command line of goldpan does so.`,
    );
  // Many files of the largest size would outlast the call.
  checkDeadline();
  const { decodeImage, resizeImage } = await import('#core/kinds/image/decode.ts');
  const decoded = await decodeImage(bytes, `image ${place + 1}`, { ...input, fit: 'cover' });
  if (!decoded.ok) return refused('item.invalid', `Image ${place + 1} cannot be decoded: ${decoded.issue.code}.`);
  const picture = await resizeImage(decoded.image.picture, {
    ...input,
    fit: input.fit === undefined || input.fit === 'subject' ? 'cover' : input.fit,
  });
  return accepted(picture.pixels);
}

/**
 * Returns an image that is smaller than those of the card, cut to their shape but in its own size. Refuses one that is not smaller.
 */
export async function smallImageOf(image: string, card: Card): Promise<Result<Image>> {
  const { width, height, channels } = card.input;
  const header = await headerOf(Buffer.from(image, 'base64'));
  const ratio = header ? Math.max(width / header.width, height / header.height) : 1;
  const size = { width: Math.round(width / ratio), height: Math.round(height / ratio) };
  if (header && (size.width >= width || size.height >= height || Math.min(size.width, size.height) < 1))
    return refused(
      'item.wrong-size',
      `The image has ${header.width} x ${header.height} pixels, the images of the model ${card.modelId} ${width} x ${height}: only a smaller one can be enlarged.`,
    );
  const own = { ...card, input: { ...card.input, ...size, fit: 'cover' as const } };
  const read = await pixelsOf({ image }, own, 0);
  return read.ok ? accepted({ ...size, channels, pixels: read.value }) : read;
}

/** [height x width]: 1 where the PNG in base64 is white. It must have the size of the model's images. */
export async function maskOf(mask: string, { modelId, input }: Card): Promise<Result<Uint8Array>> {
  const { width, height } = input;
  const bytes = Buffer.from(mask, 'base64');
  const header = await headerOf(bytes);
  if (header?.width !== width || header.height !== height)
    return refused(
      'mask.invalid',
      `The mask must be a PNG file of ${width} x ${height} pixels, the size of the images of the model ${modelId}.`,
    );
  const { decodeImage } = await import('#core/kinds/image/decode.ts');
  const decoded = await decodeImage(bytes, 'mask', { width, height, channels: 1, fit: 'cover' });
  if (!decoded.ok) return refused('mask.invalid', `The mask cannot be decoded: ${decoded.issue.code}.`);
  return accepted(decoded.image.picture.pixels.map((shade) => Number(shade >= HALF)));
}

async function headerOf(bytes: Uint8Array) {
  const { readImageHeader } = await import('#core/kinds/image/header.ts');
  return readImageHeader(bytes);
}

/** Returns the central square of a base64 file, scaled to `side` pixels, in colour. */
export async function squareOf(image: string, side: number, place: number): Promise<Result<Image>> {
  const config = { width: side, height: side, channels: 3, fit: 'cover' } as const;
  const pixels = await pixelsOf({ image }, { modelId: '', input: config }, place);
  return pixels.ok ? accepted({ width: side, height: side, channels: 3, pixels: pixels.value }) : pixels;
}
