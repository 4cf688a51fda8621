// Compresses the same images with WebP for comparison: the model's result must be smaller at the same similarity. The encoder is loaded
// when it is first needed.
import type { ImageSize } from '#core/similarity/fidelity/images.ts';
import { ssim } from '#core/similarity/fidelity/ssim.ts';

const BEST_QUALITY = 100;

export type WebpImages = { readonly files: readonly Uint8Array[]; readonly pixels: readonly Uint8Array[] };

/** The least mean SSIM of all images, or by how much a value of a pixel may be off at most; 0: lossless. */
export type WebpBound = { readonly ssim: number } | { readonly maxError: number };

/** The smallest files within the bound, or of the best quality where no SSIM is so high. */
export async function webpImages(
  images: readonly Uint8Array[],
  size: ImageSize,
  bound: WebpBound,
): Promise<WebpImages> {
  if ('ssim' in bound)
    return (
      (await smallest(encodeAll, ({ pixels }) => meanSsim(images, pixels, size) >= bound.ssim)) ??
      encodeAll(BEST_QUALITY)
    );
  // Each image by itself, since the bound holds for each.
  const kept: (readonly [Uint8Array, Uint8Array])[] = [];
  for (const image of images) {
    const lossless = await encodeOne(image, 'lossless');
    const isWithin = ([, pixels]: readonly [Uint8Array, Uint8Array]) => mostOff(image, pixels) <= bound.maxError;
    const lossy = bound.maxError > 0 ? await smallest((quality) => encodeOne(image, quality), isWithin) : undefined;
    kept.push(lossy && lossy[0].length < lossless[0].length ? lossy : lossless);
  }
  return { files: kept.map(([file]) => file), pixels: kept.map(([, pixels]) => pixels) };

  async function encodeAll(quality: number): Promise<WebpImages> {
    const made: (readonly [Uint8Array, Uint8Array])[] = [];
    for (const image of images) made.push(await encodeOne(image, quality));
    return { files: made.map(([file]) => file), pixels: made.map(([, pixels]) => pixels) };
  }

  /** The file and the pixels that it holds. */
  async function encodeOne(
    image: Uint8Array,
    quality: number | 'lossless',
  ): Promise<readonly [Uint8Array, Uint8Array]> {
    const { encodeWebp } = await import('#core/kinds/image/photo.ts');
    const { width, height, channels } = size;
    const file = await encodeWebp({ pixels: image, width, height, channels }, quality);
    return [file, (await readWebp(file, size)) as Uint8Array];
  }
}

/** Returns what the lowest quality makes that is good; undefined where none is. */
async function smallest<T>(
  encode: (quality: number) => Promise<T>,
  isGood: (made: T) => boolean,
): Promise<T | undefined> {
  let [low, high] = [1, BEST_QUALITY];
  let best: T | undefined;
  while (low <= high) {
    const quality = Math.floor((low + high) / 2);
    const tried = await encode(quality);
    if (isGood(tried)) {
      best = tried;
      high = quality - 1;
    } else low = quality + 1;
  }
  return best;
}

/** The largest difference of two values in the same place. */
export function mostOff(image: Uint8Array, other: Uint8Array): number {
  return image.reduce((most, value, i) => Math.max(most, Math.abs(value - (other[i] as number))), 0);
}

/** Returns undefined for a file that is no WebP of that size. */
export async function readWebp(
  file: Uint8Array,
  { width, height, channels }: ImageSize,
): Promise<Uint8Array | undefined> {
  const { readImageHeader } = await import('#core/kinds/image/header.ts');
  const header = readImageHeader(file);
  if (header?.type !== 'image/webp' || header.width !== width || header.height !== height) return undefined;
  const { decodeImage } = await import('#core/kinds/image/decode.ts');
  const decoded = await decodeImage(file, 'webp', { width, height, channels: channels as 1 | 3, fit: 'cover' });
  return decoded.ok ? new Uint8Array(decoded.image.picture.pixels) : undefined;
}

export function meanSsim(images: readonly Uint8Array[], others: readonly Uint8Array[], size: ImageSize): number {
  const joined = (parts: readonly Uint8Array[]) => ({
    items: parts.length,
    size: parts[0]?.length ?? 0,
    bytes: Buffer.concat(parts),
  });
  return ssim(joined(images), joined(others), size);
}
