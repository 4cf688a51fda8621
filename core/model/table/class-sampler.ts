// Draws rows with a latent-class model; restrictions and known values decide the class exactly.

import { FAILURE, GoldpanError } from '../../base/errors.ts';
import { decodeNpy, encodeNpy } from '../../base/npy.ts';
import { uniforms } from '../../base/random.ts';
import { BLOCK_ROWS } from '../../kinds/table/codec/code-rows.ts';
import type { SubColumn } from '../../kinds/table/codec/codec.ts';
import { drawLatentClasses } from './draw-latent-classes.ts';
import type { LatentClasses } from './latent-classes.ts';
import type { TableSampler } from './table-sampler.ts';

export const CLASSES_FILE = 'classes.npy';

export function classSampler(model: LatentClasses, subColumns: readonly SubColumn[]): TableSampler {
  const width = subColumns.length;
  return {
    async draw({ seed, block, allowed }) {
      const draws = uniforms(seed, `rows/${block}`, BLOCK_ROWS * (width + 1));
      return drawLatentClasses({ model, subColumns, allowed }, draws);
    },
    async complete({ seed, block, allowed, codes, known }) {
      const draws = uniforms(seed, `complete/${block}`, BLOCK_ROWS * (width + 1));
      const out = new Uint8Array(BLOCK_ROWS * width);
      for (let row = 0; row < BLOCK_ROWS; row++) {
        const ofRow = allowed.slice();
        for (const [place, { offset, codes: count }] of subColumns.entries()) {
          if (!known[row * width + place]) continue;
          ofRow.fill(0, offset, offset + count);
          ofRow[offset + (codes[row * width + place] as number)] = 1;
        }
        const own = draws.subarray(row * (width + 1), (row + 1) * (width + 1));
        out.set(drawLatentClasses({ model, subColumns, allowed: ofRow }, own), row * width);
      }
      return out;
    },
    async chances({ codes, known, place, code }) {
      const { classes, logWeights, logProbabilities } = model;
      const offsets = subColumns.map(({ offset }) => offset);
      const at = (offsets[place] as number) + code;
      return Float64Array.from({ length: BLOCK_ROWS }, (_, row) => {
        const logs = Float64Array.from(logWeights);
        for (const [other, offset] of offsets.entries()) {
          if (!known[row * width + other]) continue;
          const start = (offset + (codes[row * width + other] as number)) * classes;
          for (let k = 0; k < classes; k++) logs[k] = (logs[k] as number) + (logProbabilities[start + k] as number);
        }
        const highest = logs.reduce((most, log) => Math.max(most, log), Number.NEGATIVE_INFINITY);
        let [sum, total] = [0, 0];
        for (let k = 0; k < classes; k++) {
          const share = Math.exp((logs[k] as number) - highest);
          total += share;
          sum += share * Math.exp(logProbabilities[at * classes + k] as number);
        }
        return sum / total;
      });
    },
    close: async () => undefined,
  };
}

/** [1 + codes, classes]: the weights, then the probabilities, as logarithms. */
export function encodeClasses({ classes, logWeights, logProbabilities }: LatentClasses): Uint8Array {
  const values = new Float32Array(logWeights.length + logProbabilities.length);
  values.set(logWeights);
  values.set(logProbabilities, logWeights.length);
  return encodeNpy({ shape: [values.length / classes, classes], values });
}

/** Throws CorruptObjectError where the bytes hold no such model of so many codes. */
export function decodeClasses(bytes: Uint8Array, codes: number): LatentClasses {
  const { shape, values } = decodeNpy(bytes);
  const [rows, classes = 0] = shape;
  if (!(values instanceof Float32Array) || rows !== codes + 1)
    throw new GoldpanError(
      FAILURE.corruptObject,
      `The stored model has the shape [${shape}], not [${codes + 1}, classes]`,
    );
  return { classes, logWeights: values.slice(0, classes), logProbabilities: values.slice(classes) };
}
