// One image, decoded once: upright, at the configured size and channels, nothing of the file left but its pixels.
import { fileTypeFromBuffer } from 'file-type';
import sharp from 'sharp';
import type { ImageConfig } from '#core/config.ts';
import { IMAGE_TYPES, type ImageHeader, imageTypeOf, isCutShort, readImageHeader } from '#core/image-header.ts';
import type { Issue } from '#core/issues.ts';
import { LIMITS } from '#core/limits.ts';

// Only loaders of the three types may open a file, whatever it pretends to be.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'] });
sharp.cache(false);
sharp.concurrency(1);

/** Behind transparent pictures, as on a page. */
const PAGE = '#ffffff';
/** Around pictures that `contain` leaves narrower than their frame. */
const FRAME = '#000000';

/** Interlaced and turned pictures are held whole: half a gigabyte for the largest. */
const LARGE_PIXELS = 8_000_000;
const REASON_CHARACTERS = 160;

/** `pixels`: raw uint8 [height, width, channels]. */
export type DecodedImage = { readonly pixels: Uint8Array; readonly header: ImageHeader };
export type DecodeResult =
  | { readonly ok: true; readonly image: DecodedImage }
  | { readonly ok: false; readonly issue: Issue };

/** Bad images are values. `path` is where the issue is said to be. */
export async function decodeImage(bytes: Uint8Array, path: string, config: ImageConfig): Promise<DecodeResult> {
  if (bytes.length === 0) return refused('upload.empty', path);
  if (!imageTypeOf(bytes)) return refused('upload.type-not-allowed', path, await typeOf(bytes), IMAGE_TYPES.join(', '));
  const header = readImageHeader(bytes);
  if (!header) return refused(isCutShort(bytes) ? 'image.truncated' : 'image.corrupt', path);
  const { width, height, animated } = header;
  if (width * height > LIMITS.imagePixels)
    return refused('image.too-many-pixels', path, `${width} x ${height}`, `at most ${LIMITS.imagePixels} pixels`);
  if (animated) return refused('image.animated', path);
  const decode = () => decodePixels(bytes, config);
  try {
    const pixels = await (width * height > LARGE_PIXELS ? oneAtATime(decode) : decode());
    return { ok: true, image: { pixels, header } };
  } catch (error) {
    return refused(isCutShort(bytes) ? 'image.truncated' : 'image.corrupt', path, reasonOf(error));
  }
}

/** Any picture of the three types. Throws on whatever the decoder cannot or will not read, warnings included. */
async function decodePixels(bytes: Uint8Array, { width, height, channels, fit }: ImageConfig): Promise<Uint8Array> {
  const { data, info } = await sharp(bytes, { failOn: 'warning', limitInputPixels: LIMITS.imagePixels })
    .autoOrient()
    .flatten({ background: PAGE })
    .resize(width, height, { fit, kernel: 'lanczos3', background: FRAME })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== channels || data.length !== width * height * channels)
    throw new Error(`decoded to ${info.width} x ${info.height} x ${info.channels}`);
  return data;
}

let lastLarge: Promise<unknown> = Promise.resolve();

/** Large pictures wait for one another, so that no mix of files fills the memory. */
function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  const next = lastLarge.then(work);
  lastLarge = next.catch(() => undefined);
  return next;
}

async function typeOf(bytes: Uint8Array): Promise<string> {
  const found = await fileTypeFromBuffer(bytes.subarray(0, 4096)).catch(() => undefined);
  return found?.mime ?? (looksLikeText(bytes) ? 'text' : 'unknown');
}

function looksLikeText(bytes: Uint8Array): boolean {
  return !bytes.subarray(0, 512).includes(0);
}

function reasonOf(error: unknown): string {
  return (error as Error).message
    .replaceAll(/\s+/g, ' ')
    .slice(0, REASON_CHARACTERS)
    .replace(/[\s:]+$/, '');
}

function refused(code: Issue['code'], path: string, given?: string, allowed?: string): DecodeResult {
  return { ok: false, issue: { code, place: { path }, ...(given && { given }), ...(allowed && { allowed }) } };
}
