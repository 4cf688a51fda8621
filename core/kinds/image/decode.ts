// Decodes an image to upright pixels in the configured channels; nothing else of the file is kept.
import type { Sharp } from 'sharp';
import { LIMITS } from '../../base/limits.ts';
import type { Issue } from '../define/issue.ts';
import { typeFactsOf } from '../formats/type-facts.ts';
import { type ImageConfig, resizeFitOf } from './config.ts';
import { type ImageHeader, imageTypeOf, isCutShort, readImageHeader } from './header.ts';
import type { RawImage } from './measure.ts';
import { photoScaleOf } from './photo.ts';
import { decodeBmp } from './read/bmp.ts';
import { resampled } from './read/enlarge.ts';
import { lightOfInks } from './read/inks.ts';
import { decodePnm } from './read/pnm.ts';
import { turnedUpright } from './read/turn.ts';
import { isHarmless } from './read/warnings.ts';

// A tenth of a second of CPU time: a bundle that needs this file at some calls alone does not wait for it when it starts.
const { default: sharp } = await import('sharp');

// Only the loaders of these types may open a file, whatever its content claims to be.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map((type) => `VipsForeignLoad${type}Buffer`),
});
sharp.cache(false);
sharp.concurrency(1);

/** Behind transparent pictures, as on a page. */
const PAGE = '#ffffff';
/** Around pictures that `contain` leaves narrower than their frame. */
const FRAME = '#000000';
/** Pixels of the longer side at which pictures are measured: enough to tell a blurred one from a sharp one. */
const MEASURED_SIDE = 256;
/** Strips are stored longer than this, because their short side must fill the configured one. */
const LONGEST_SIDE = 2048;

/** Interlaced and turned pictures are held whole: half a gigabyte for the largest. */
const LARGE_PIXELS = 8_000_000;
/** Types whose pictures libvips turns upright itself. */
const SEEN_TURNED: ReadonlySet<ImageHeader['type']> = new Set(['image/jpeg', 'image/webp']);
/** Types that tell by their header whether pixels have a fourth channel. */
const FIRST_TYPES: ReadonlySet<ImageHeader['type']> = new Set(['image/png', 'image/jpeg', 'image/webp']);
/** Readers of formats that libvips does not support, loaded when first needed. */
const READERS: Readonly<Partial<Record<ImageHeader['type'], (bytes: Uint8Array) => RawImage | Promise<RawImage>>>> = {
  'image/heic': async (bytes) => (await import('./read/heic.ts')).decodeHeic(bytes),
  'image/jxl': async (bytes) => (await import('./read/jxl/decode-jxl.ts')).decodeJxl(bytes),
  'image/bmp': decodeBmp,
  'image/x-portable-anymap': decodePnm,
};
const REASON_CHARACTERS = 160;

/**
 * `picture`: the whole of it, at most MEASURED_SIDE pixels wide and high where the configured size allows. `photo`: the same, large
 * enough to be cut to its subject; for `fit: subject` only.
 */
export type DecodedImage = {
  readonly picture: RawImage;
  readonly header: ImageHeader;
  readonly photo?: RawImage;
  /** Warnings of the decoder, for an image that is complete nevertheless. */
  readonly warnings?: string;
};
export type DecodeResult =
  | { readonly ok: true; readonly image: DecodedImage }
  | { readonly ok: false; readonly issue: Issue };

/** Decodes an image. Invalid images are values. `path` is the path that their issues name. */
export async function decodeImage(bytes: Uint8Array, path: string, config: ImageConfig): Promise<DecodeResult> {
  if (bytes.length === 0) return refused('upload.empty', path);
  if (!imageTypeOf(bytes)) return otherType(bytes, path);
  const header = readImageHeader(bytes);
  if (!header) return refused(isCutShort(bytes) ? 'image.truncated' : 'image.corrupt', path, await wordsOn(bytes));
  const { width, height, animated } = header;
  if (width * height > LIMITS.imagePixels)
    return refused('image.too-many-pixels', path, `${width} x ${height}`, `at most ${LIMITS.imagePixels} pixels`);
  if (animated) return refused('image.animated', path);
  if (header.unread) return refused('upload.type-not-allowed', path, header.unread.given, header.unread.allowed);
  const decode = (failOn: FailOn) => {
    const work = () => decodePictures(bytes, header, config, failOn);
    return width * height > LARGE_PIXELS ? oneAtATime(work) : work();
  };
  const corrupt = (words: string) => refused(isCutShort(bytes) ? 'image.truncated' : 'image.corrupt', path, words);
  try {
    return { ok: true, image: { ...(await decode('warning')), header } };
  } catch (error) {
    const warnings = reasonOf(error);
    if (isCutShort(bytes) || !isHarmless(String((error as Error).message))) return corrupt(warnings);
    try {
      return { ok: true, image: { ...(await decode('error')), header, warnings } };
    } catch (again) {
      return corrupt(reasonOf(again));
    }
  }
}

/** To the configured size, antialiased; the same picture where it has that size. */
export async function resizeImage(picture: RawImage, config: ImageConfig): Promise<RawImage> {
  const { width, height } = config;
  if (picture.width === width && picture.height === height) return picture;
  const fit = resizeFitOf(config);
  const isEnlarged = width > picture.width || height > picture.height;
  const isDithered = !isEnlarged && isBlackAndWhite(picture);
  if (isEnlarged || isDithered) return resizedExactly(picture, config, isDithered);
  return render(
    rawImage(picture).resize(width, height, { fit, kernel: 'lanczos3', background: FRAME }),
    picture.channels,
  );
}

/** Dither has overshoots at every pixel, which come out otherwise where a resize begins with the columns, as libvips does. */
function isBlackAndWhite({ pixels }: RawImage): boolean {
  return pixels.every((value) => value === 0 || value === 255);
}

/** Cut or framed in the middle, as the other sizes are. */
async function resizedExactly(picture: RawImage, config: ImageConfig, isDithered: boolean): Promise<RawImage> {
  const { width, height } = config;
  const fit = resizeFitOf(config);
  if (fit === 'fill') return resampled(picture, width, height, isDithered);
  const scales = [width / picture.width, height / picture.height] as const;
  const scale = fit === 'cover' ? Math.max(...scales) : Math.min(...scales);
  const [across, down] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale))) as [
    number,
    number,
  ];
  // libvips reduces images as well as other code, and much faster.
  const whole =
    scale > 1 || isDithered
      ? resampled(picture, across, down, isDithered)
      : await render(rawImage(picture).resize(across, down, { fit: 'fill', kernel: 'lanczos3' }), picture.channels);
  if (across === width && down === height) return whole;
  return render(
    rawImage(whole).resize(width, height, { fit, background: FRAME, withoutEnlargement: false }),
    picture.channels,
  );
}

type FailOn = 'warning' | 'error';
type Pictures = Pick<DecodedImage, 'picture' | 'photo'>;

/** Decodes once. The picture has the same size with and without a photo, so that the same thresholds hold for its measures. */
async function decodePictures(
  bytes: Uint8Array,
  header: ImageHeader,
  config: ImageConfig,
  failOn: FailOn,
): Promise<Pictures> {
  const scale = scaleOf(header, config);
  const photoScale = config.fit === 'subject' ? Math.max(scale, photoScaleOf(header)) : scale;
  const decoded = await decodePixels(bytes, header, config, photoScale, failOn);
  if (config.fit !== 'subject') return { picture: decoded };
  const side = Math.round(Math.max(header.width, header.height) * scale);
  if (side >= Math.max(decoded.width, decoded.height)) return { picture: decoded, photo: decoded };
  const smaller = rawImage(decoded).resize(side, side, { fit: 'inside', kernel: 'lanczos3' });
  return { picture: await render(smaller, config.channels), photo: decoded };
}

function rawImage({ pixels, width, height, channels }: RawImage): Sharp {
  return sharp(pixels, { raw: { width, height, channels: channels as 1 | 3 | 4 } });
}

/** Throws on whatever the decoder cannot or will not read. */
async function decodePixels(
  bytes: Uint8Array,
  header: ImageHeader,
  config: ImageConfig,
  scale: number,
  failOn: FailOn,
): Promise<RawImage> {
  // Cameras and scanners put tags into TIFF that its decoder does not know and warns of.
  const strictness = header.type === 'image/tiff' ? 'error' : failOn;
  const read = await READERS[header.type]?.(bytes);
  const image = read ? rawImage(read) : sharp(bytes, { failOn: strictness, limitInputPixels: LIMITS.imagePixels });
  // Each of these steps takes a tenth of the decoding time of a small image.
  const isTurned = header.orientation > 1;
  // libvips does not see every orientation that is recorded, and that of PNG only once the pixels are read; those are turned here.
  const isSeen =
    isTurned && SEEN_TURNED.has(header.type) && (await image.metadata()).orientation === header.orientation;
  if (isSeen) image.autoOrient();
  if (header.transparent) image.flatten({ background: PAGE });
  else if (!FIRST_TYPES.has(header.type)) image.removeAlpha();
  // Both sides are given, because libvips rounds down to whole blocks when it reduces an image during reading.
  const sides = [header.width, header.height].map((side) => Math.max(1, Math.round(side * scale))) as [number, number];
  const [width, height] = isTurned && !isSeen && header.orientation >= 5 ? [sides[1], sides[0]] : sides;
  const isSmaller = Math.max(width, height) < Math.max(header.width, header.height);
  const reduce = (from: Sharp) => (isSmaller ? from.resize(width, height, { fit: 'fill', kernel: 'lanczos3' }) : from);
  const decoded =
    header.isLossless || header.isCmyk
      ? await render(reduce(rawImage(await wholePixels(image, header, config))), config.channels)
      : await render(reduce(image), config.channels);
  return isTurned && !isSeen ? turnedUpright(decoded, header.orientation) : decoded;
}

/**
 * Decodes without reducing: for formats that decoders reduce wrongly, and for CMYK, which is converted as browsers do.
 */
async function wholePixels(image: Sharp, { isCmyk }: ImageHeader, { channels }: ImageConfig): Promise<RawImage> {
  const { hasProfile } = await image.metadata();
  if (!isCmyk || hasProfile) return render(image, channels);
  const { data, info } = await image
    .pipelineColourspace('cmyk')
    .toColourspace('cmyk')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 4) throw new Error(`decoded to ${info.channels} inks`);
  const rgb = lightOfInks(data);
  return { pixels: rgb, width: info.width, height: info.height, channels: 3 };
}

/** Returns the decoder's message about bytes without a valid header. */
async function wordsOn(bytes: Uint8Array): Promise<string> {
  try {
    await sharp(bytes, { failOn: 'warning', limitInputPixels: LIMITS.imagePixels }).metadata();
    return 'a header without width and height';
  } catch (error) {
    return reasonOf(error);
  }
}

function scaleOf({ width, height }: ImageHeader, image: ImageConfig): number {
  const longest = Math.max(width, height);
  const filling = Math.max(image.width / width, image.height / height);
  return Math.min(1, Math.max(MEASURED_SIDE / longest, Math.min(filling, LONGEST_SIDE / longest)));
}

async function render(image: Sharp, channels: number): Promise<RawImage> {
  const { data, info } = await image
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  if (info.channels !== channels || data.length !== width * height * channels)
    throw new Error(`decoded to ${width} x ${height} x ${info.channels}`);
  return { pixels: data, width, height, channels };
}

let lastLarge: Promise<unknown> = Promise.resolve();

/** Large pictures wait for one another, so that no mix of files fills the memory. */
function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  const next = lastLarge.then(work);
  lastLarge = next.catch(() => undefined);
  return next;
}

async function otherType(start: Uint8Array, path: string): Promise<DecodeResult> {
  const facts = await typeFactsOf({ start, path, size: start.length }, 'image');
  return { ok: false, issue: { code: 'upload.type-not-allowed', place: { path }, ...facts } };
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
