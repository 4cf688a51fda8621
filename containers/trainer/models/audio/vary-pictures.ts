// Variants of log-mel images: a little earlier or later, a little louder or quieter. Silence stays silence.
import { uniforms } from '#core/base/random.ts';
import type { Items } from '../../data/batches.ts';
import { classVariance } from '../../evaluate/audio/class-spread.ts';

/** Frames by which a clip is moved at most: 16 ms each. */
const MOST_FRAMES = 2;
/** Change of the level at most, as a share of the range of the image: 2 dB. */
const MOST_LEVEL = 2 / 72;

/** Clips by which it is decided how far clips are moved. */
const MOST_COMPARED = 400;

type PictureSize = { readonly width: number; readonly height: number };
/** `frames`: by which a picture is moved at most. */
type Variation = PictureSize & { readonly frames: number };
type Variant = { readonly frames: number; readonly level: number };

/** Returns the pictures [batch, height, width], values in [0, 1], each as a variant that depends on the seed, the step and its place. */
export function variedBatch(x: Float32Array, size: Variation, seed: number, step: number): Float32Array {
  const length = size.width * size.height;
  const draws = uniforms(seed, `vary-pictures/${step}`, (2 * x.length) / length);
  const out = new Float32Array(x.length);
  for (let item = 0; item < x.length / length; item++) {
    const variant = variantOf(size, draws[2 * item] as number, draws[2 * item + 1] as number);
    vary(x, out, { at: item * length, size, variant, most: 1 });
  }
  return out;
}

/** Returns the items, and `copies` variants of each behind them. */
export function variedItems(items: Items, size: Variation, seed: number, copies: number): Items<Uint8Array> {
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
    const variant = variantOf(size, draws[2 * item] as number, draws[2 * item + 1] as number);
    vary(given, own, { at: 0, size, variant, most: 255 });
  }
  return { ...items, items: count * (copies + 1), bytes, labels };
}

/**
 * Returns the frames by which clips may be moved: as long as a moved clip is no more unlike itself than clips of its class vary. Clips that all
 * begin with a stroke are not moved, since no real one begins later.
 */
export function mostFramesMoved(items: Items, size: PictureSize): number {
  const { size: length } = items;
  const count = Math.min(items.items, MOST_COMPARED);
  const bytes = new Uint8Array(count * length);
  const labels = new Int32Array(count);
  for (let item = 0; item < count; item++) {
    const from = Math.floor((item * items.items) / count);
    bytes.set(items.bytes.subarray(from * length, (from + 1) * length), item * length);
    labels[item] = items.labels[from] as number;
  }
  const variance = classVariance({ items: count, size: length, bytes }, labels);
  let most = 0;
  while (most < MOST_FRAMES && changeOf(bytes, size, most + 1) <= variance) most++;
  return most;
}

/** Returns the mean squared change of a value, in [0, 1], when pictures are moved by so many frames to either side. */
function changeOf(bytes: Uint8Array, size: PictureSize, frames: number): number {
  const length = size.width * size.height;
  let sum = 0;
  for (const moved of [-frames, frames]) {
    const out = new Uint8Array(bytes.length);
    const variant = { frames: moved, level: 0 };
    for (let at = 0; at < bytes.length; at += length) vary(bytes, out, { at, size, variant, most: 255 });
    for (const [at, value] of out.entries()) sum += (value - (bytes[at] as number)) ** 2;
  }
  return sum / 2 / bytes.length / 255 ** 2;
}

function variantOf({ frames }: Variation, time: number, loudness: number): Variant {
  return {
    frames: Math.floor(time * (2 * frames + 1)) - frames,
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
