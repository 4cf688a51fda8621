// Compresses the same images with WebP for comparison: the model's result must be smaller at the same similarity. The encoder is loaded
// when it is first needed.
import type { ImageSize } from '#core/similarity/fidelity/images.ts';
import { ssim } from '#core/similarity/fidelity/ssim.ts';

const BEST_QUALITY = 100;

export type WebpImages = { readonly files: readonly Uint8Array[]; readonly pixels: readonly Uint8Array[] };

/** The smallest files whose mean SSIM is at least so high, or the best ones; lossless where `least` is null. */
export async function webpImages(
  images: readonly Uint8Array[],
  size: ImageSize,
  least: number | null,
): Promise<WebpImages> {
  if (least === null) return encodeAll('lossless');
  let [low, high] = [1, BEST_QUALITY];
  let best: WebpImages | undefined;
  while (low <= high) {
    const quality = Math.floor((low + high) / 2);
    const tried = await encodeAll(quality);
    if (meanSsim(images, tried.pixels, size) >= least) {
      best = tried;
      high = quality - 1;
    } else low = quality + 1;
  }
  return best ?? encodeAll(BEST_QUALITY);

  async function encodeAll(quality: number | 'lossless'): Promise<WebpImages> {
    const { encodeWebp } = await import('#core/kinds/image/photo.ts');
    const { width, height, channels } = size;
    const files: Uint8Array[] = [];
    const pixels: Uint8Array[] = [];
    for (const image of images) {
      const file = await encodeWebp({ pixels: image, width, height, channels }, quality);
      files.push(file);
      pixels.push((await readWebp(file, size)) as Uint8Array);
    }
    return { files, pixels };
  }
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
