// Variants of log-mel images: a little earlier or later, a little louder or quieter. Silence stays silence.
import { uniforms } from '#core/base/random.ts';
import type { Items } from '../../data/batches.ts';

/** Frames by which a clip is moved at most: 16 ms each. */
const MOST_FRAMES = 2;
/** Change of the level at most, as a share of the range of the image: 2 dB. */
const MOST_LEVEL = 2 / 72;

export type PictureSize = { readonly width: number; readonly height: number };
type Variant = { readonly frames: number; readonly level: number };

/** Returns the pictures [batch, height, width], values in [0, 1], each as a variant that depends on the seed, the step and its place. */
export function variedBatch(x: Float32Array, size: PictureSize, seed: number, step: number): Float32Array {
  const length = size.width * size.height;
  const draws = uniforms(seed, `vary-pictures/${step}`, (2 * x.length) / length);
  const out = new Float32Array(x.length);
  for (let item = 0; item < x.length / length; item++) {
    const variant = variantOf(draws[2 * item] as number, draws[2 * item + 1] as number);
    vary(x, out, { at: item * length, size, variant, most: 1 });
  }
  return out;
}

/** Returns the items, and `copies` variants of each behind them. */
export function variedItems(items: Items, size: PictureSize, seed: number, copies: number): Items<Uint8Array> {
  const { items: count, size: length } = items;
  const bytes = new Uint8Array(count * length * (copies + 1));
  bytes.set(items.bytes.subarray(0, count * length));
  const labels = new Int32Array(count * (copies + 1));
  for (let copy = 0; copy <= copies; copy++) labels.set(items.labels, copy * count);
  const draws = uniforms(seed, 'vary-items', 2 * count * copies);
  for (let item = 0; item < count * copies; item++) {
    const from = item % count;
    const given = items.bytes.subarray(from * length, (from + 1) * length);
    const own = bytes.subarray((count + item) * length, (count + item + 1) * length);
    const variant = variantOf(draws[2 * item] as number, draws[2 * item + 1] as number);
    vary(given, own, { at: 0, size, variant, most: 255 });
  }
  return { ...items, items: count * (copies + 1), bytes, labels };
}

function variantOf(time: number, loudness: number): Variant {
  return {
    frames: Math.floor(time * (2 * MOST_FRAMES + 1)) - MOST_FRAMES,
    level: (2 * loudness - 1) * MOST_LEVEL,
  };
}

type Place = { readonly at: number; readonly size: PictureSize; readonly variant: Variant; readonly most: 1 | 255 };

/** Writes the variant of one picture. `most`: the value of the loudest place. */
function vary(from: ArrayLike<number>, to: Float32Array | Uint8Array, { at, size, variant, most }: Place): void {
  const { width, height } = size;
  const louder = variant.level * most;
  for (let row = at; row < at + width * height; row += width)
    for (let frame = 0; frame < width; frame++) {
      const source = frame - variant.frames;
      const value = source < 0 || source >= width ? 0 : (from[row + source] as number);
      to[row + frame] = value === 0 ? 0 : Math.min(most, Math.max(0, value + louder));
    }
}
