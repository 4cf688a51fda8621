// Codes the difference between an image and the model's image, so that the error of each value is bounded. The probabilities of bits adapt
// to neighbouring differences.

import type { ImageSize } from '#core/similarity/fidelity/images.ts';
import { bitModel, type RangeDecoder, type RangeEncoder } from './range-coder.ts';

const CONTEXTS = 8;
/** Magnitudes up to here are counted one by one, larger ones in binary. */
const COUNTED = 24;
const BINARY_BITS = 8;
const WHITE = 255;

/** Steps of 2 x bound + 1 levels: the nearest one is off by the bound at most. */
export function residualSteps(image: Uint8Array, model: Uint8Array, bound: number): Int16Array {
  const step = 2 * bound + 1;
  return Int16Array.from(image, (value, i) => Math.round((value - (model[i] as number)) / step));
}

export function withResidual(model: Uint8Array, steps: Int16Array, bound: number): Uint8Array {
  const step = 2 * bound + 1;
  return model.map((value, i) => Math.max(0, Math.min(WHITE, value + (steps[i] as number) * step)));
}

/** One coder is used for all images of a container, so that its adapted probabilities help with the next image. */
export function residualCoder({ width, channels }: ImageSize) {
  const isZero = bitModel(CONTEXTS * channels);
  const isNegative = bitModel(1);
  const counts = bitModel(CONTEXTS * COUNTED);
  const binary = bitModel(BINARY_BITS);
  const row = width * channels;

  /** Returns the context: the mean size of the differences to the left, above and in the previous channel. */
  function contextOf(steps: Int16Array, i: number): number {
    const left = i % row >= channels ? Math.abs(steps[i - channels] as number) : 0;
    const above = i >= row ? Math.abs(steps[i - row] as number) : 0;
    const before = i % channels > 0 ? Math.abs(steps[i - 1] as number) : 0;
    const sum = 2 * (left + above) + before;
    return sum < 3 ? sum : Math.min(CONTEXTS - 1, 1 + Math.floor(Math.log2(sum)));
  }

  return {
    write(coder: RangeEncoder, steps: Int16Array): void {
      for (let i = 0; i < steps.length; i++) {
        const context = contextOf(steps, i);
        const value = steps[i] as number;
        const size = Math.abs(value);
        coder.bit(isZero, context * channels + (i % channels), Number(size !== 0));
        if (size === 0) continue;
        coder.bit(isNegative, 0, Number(value < 0));
        for (let k = 1; k < COUNTED; k++) {
          coder.bit(counts, context * COUNTED + k, Number(size > k));
          if (size === k) break;
        }
        if (size >= COUNTED)
          for (let b = BINARY_BITS - 1; b >= 0; b--) coder.bit(binary, b, ((size - COUNTED) >> b) & 1);
      }
    },
    read(coder: RangeDecoder, length: number): Int16Array {
      const steps = new Int16Array(length);
      for (let i = 0; i < length; i++) {
        const context = contextOf(steps, i);
        if (coder.bit(isZero, context * channels + (i % channels)) === 0) continue;
        const isBelow = coder.bit(isNegative, 0) === 1;
        let size = 1;
        while (size < COUNTED && coder.bit(counts, context * COUNTED + size) === 1) size++;
        if (size === COUNTED) {
          let more = 0;
          for (let b = BINARY_BITS - 1; b >= 0; b--) more = 2 * more + coder.bit(binary, b);
          size += more;
        }
        steps[i] = isBelow ? -size : size;
      }
      return steps;
    },
  };
}
