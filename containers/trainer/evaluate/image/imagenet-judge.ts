// EfficientNet-Lite2 as a judge of images: features and ImageNet classes from a network that no model was trained with.
import { IMAGENET_CLASSES, POOLED_FEATURES } from '#core/kinds/image/pretrained-features.ts';
import { InferenceSession, Tensor } from '#core/model/onnx-runtime.ts';
import type { Pixels } from '../../data/batches.ts';
import { readPretrainedFile } from '../../features/pretrained-file.ts';
import type { Matrix } from '../shared/matrix.ts';

export type ImagenetVerdict = {
  /** [images, 1280] */
  readonly features: Matrix;
  /** [images, 1000] */
  readonly logits: Matrix;
};

export type ImagenetJudge = {
  /**
   * Judges RGB images of the given size, uint8. Each is enlarged until its longer side has 160 pixels; larger ones are unchanged.
   */
  judge(pixels: Pixels, size: { readonly width: number; readonly height: number }): Promise<ImagenetVerdict>;
  /** Releases the memory of the session, which is outside the JavaScript heap. */
  close(): Promise<void>;
};

/** At 64 pixels the network loses detail that it sees at 160. */
const SHOWN_SIDE = 160;
const BATCH = 16;
/** Parameter of the cubic that passes through the pixels (Keys 1981). */
const CUBIC = -0.5;
const CHANNELS = 3;

/** Opens the judge. Throws when the pretrained file is missing or is not the pinned one. */
export async function openImagenetJudge(): Promise<ImagenetJudge> {
  const session = await InferenceSession.create(readPretrainedFile('lite2.onnx'), { intraOpNumThreads: 1 });
  return {
    close: () => session.release(),
    async judge({ items, bytes, size: itemSize }, { width, height }) {
      const scale = Math.max(1, SHOWN_SIDE / Math.max(width, height));
      const [tall, wide] = [Math.round(height * scale), Math.round(width * scale)];
      const features = new Float32Array(items * POOLED_FEATURES);
      const logits = new Float32Array(items * IMAGENET_CLASSES);
      for (let first = 0; first < items; first += BATCH) {
        const count = Math.min(BATCH, items - first);
        const images = new Float32Array(count * tall * wide * CHANNELS);
        for (let i = 0; i < count; i++) {
          const image = bytes.subarray((first + i) * itemSize, (first + i + 1) * itemSize);
          images.set(enlarged(image, { width, height }, { width: wide, height: tall }), i * tall * wide * CHANNELS);
        }
        const outputs = await session.run({ images: new Tensor('float32', images, [count, tall, wide, CHANNELS]) });
        features.set(outputs.pooled?.data as Float32Array, first * POOLED_FEATURES);
        logits.set(outputs.logits?.data as Float32Array, first * IMAGENET_CLASSES);
      }
      return {
        features: { rows: items, columns: POOLED_FEATURES, values: features },
        logits: { rows: items, columns: IMAGENET_CLASSES, values: logits },
      };
    },
  };
}

type Size = { readonly width: number; readonly height: number };

/** Enlarges uint8 [height, width, 3] to floats in [0, 1], by cubic interpolation. */
function enlarged(image: Uint8Array, from: Size, to: Size): Float32Array {
  const rows = taps(from.height, to.height);
  const columns = taps(from.width, to.width);
  const wide = new Float32Array(from.height * to.width * CHANNELS);
  for (let y = 0; y < from.height; y++)
    columns.forEach((line, x) => {
      for (let c = 0; c < CHANNELS; c++) {
        let sum = 0;
        for (const { at, weight } of line) sum += weight * (image[(y * from.width + at) * CHANNELS + c] as number);
        wide[(y * to.width + x) * CHANNELS + c] = sum / 255;
      }
    });
  const out = new Float32Array(to.height * to.width * CHANNELS);
  const length = to.width * CHANNELS;
  rows.forEach((line, y) => {
    for (let i = 0; i < length; i++) {
      let sum = 0;
      for (const { at, weight } of line) sum += weight * (wide[at * length + i] as number);
      out[y * length + i] = Math.min(1, Math.max(0, sum));
    }
  });
  return out;
}

type Tap = { readonly at: number; readonly weight: number };

/** Returns the source pixels and weights of each new pixel; beyond the edge the last pixel repeats. */
function taps(from: number, to: number): Tap[][] {
  return Array.from({ length: to }, (_, i) => {
    const centre = ((i + 0.5) * from) / to - 0.5;
    const first = Math.floor(centre) - 1;
    return Array.from({ length: 4 }, (_, k) => {
      const at = first + k;
      return { at: Math.min(from - 1, Math.max(0, at)), weight: cubic(Math.abs(centre - at)) };
    });
  });
}

function cubic(x: number): number {
  if (x < 1) return ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1;
  return x < 2 ? CUBIC * (((x - 5) * x + 8) * x - 4) : 0;
}
