// Draws rows with the generator of a table's GAN, which ONNX Runtime runs. Given its noise and condition, the sub-columns are
// independent: restrictions and known values weight the noise, as they weight the classes of a latent-class model.
import { FAILURE, GoldpanError } from '../../base/errors.ts';
import { decodeNpy, encodeNpy } from '../../base/npy.ts';
import { normals, uniforms } from '../../base/random.ts';
import { BLOCK_ROWS } from '../../kinds/table/codec/code-rows.ts';
import type { SubColumn } from '../../kinds/table/codec/codec.ts';
import { checkNetwork } from '../network/check-network.ts';
import { Tensor } from '../onnx-runtime.ts';
import { drawCodes } from './draw-codes.ts';
import { corruptSampler, openOnnxSession } from './open-onnx-session.ts';
import { systematicResample } from './systematic-resample.ts';
import type { TableSampler } from './table-sampler.ts';

export const GENERATOR_FILE = 'generator.onnx';
export const CONDITIONS_FILE = 'conditions.npy';
/** Candidates for one block of restricted or incomplete rows. */
const POOL = 4 * BLOCK_ROWS;

type Opening = {
  readonly latentDim: number;
  readonly subColumns: readonly SubColumn[];
  /** The share of the training rows that have each code that the generator may be asked for. */
  readonly shares: Float32Array;
  readonly threads: number;
};

/** Throws CorruptObjectError where the bytes are no generator of such a table. */
export async function openGeneratorSampler(
  bytes: Uint8Array,
  { latentDim, subColumns, shares, threads }: Opening,
): Promise<TableSampler> {
  const width = subColumns.length;
  const codes = subColumns.reduce((sum, one) => sum + one.codes, 0);
  checkNetwork(bytes, {
    inputs: { noise: [latentDim], condition: [shares.length] },
    outputs: { logits: [codes] },
  });
  const session = await openOnnxSession(bytes, threads);

  /** Logits [rows, codes]. */
  async function generate(seed: number, stream: string, rows: number): Promise<Float32Array> {
    const condition = conditionDraws(shares, uniforms(seed, `${stream}/condition`, rows));
    const out = await session.run({
      noise: new Tensor('float32', normals(seed, `${stream}/z`, rows * latentDim), [rows, latentDim]),
      condition: new Tensor('float32', condition, [rows, shares.length]),
    });
    const logits = out.logits?.data;
    if (logits?.length !== rows * codes) throw corruptSampler('it gives another number of logits');
    return logits as Float32Array;
  }

  /** The weights of the candidates for each row, by the probability of what is known of it; the same array for every row. */
  function* weighted(logs: Float32Array, rows: Uint8Array, known: Uint8Array): Generator<Float64Array> {
    const weights = new Float64Array(POOL);
    for (let row = 0; row < BLOCK_ROWS; row++) {
      weights.fill(0);
      for (const [place, { offset }] of subColumns.entries()) {
        if (!known[row * width + place]) continue;
        const code = offset + (rows[row * width + place] as number);
        for (let candidate = 0; candidate < POOL; candidate++)
          weights[candidate] = (weights[candidate] as number) + (logs[candidate * codes + code] as number);
      }
      const highest = weights.reduce((most, weight) => Math.max(most, weight), Number.NEGATIVE_INFINITY);
      for (const [candidate, weight] of weights.entries()) weights[candidate] = Math.exp(weight - highest);
      yield weights;
    }
  }

  return {
    async draw({ seed, block, allowed, restricted }) {
      const draws = uniforms(seed, `rows/${block}/codes`, BLOCK_ROWS * width);
      if (restricted.length === 0) {
        const logits = await generate(seed, `rows/${block}`, BLOCK_ROWS);
        return drawCodes({ logits, subColumns, draws, allowed });
      }
      const pool = await generate(seed, `pool/${block}`, POOL);
      const logs = logProbabilities(pool, subColumns);
      const weights = Float64Array.from({ length: POOL }, (_, candidate) =>
        restricted.reduce((product, place) => {
          const { offset, codes: count } = subColumns[place] as SubColumn;
          let mass = 0;
          for (let code = offset; code < offset + count; code++)
            if (allowed[code]) mass += Math.exp(logs[candidate * codes + code] as number);
          return product * mass;
        }, 1),
      );
      const chosen = systematicResample(weights, BLOCK_ROWS, uniforms(seed, `pool/${block}`, 1)[0] as number);
      return drawCodes({ logits: rowsOf(pool, chosen, codes), subColumns, draws, allowed });
    },
    async complete({ seed, block, allowed, codes: rows, known }) {
      const pool = await generate(seed, `complete/${block}`, POOL);
      const draws = uniforms(seed, `complete/${block}/chosen`, BLOCK_ROWS);
      const chosen: number[] = [];
      for (const weights of weighted(logProbabilities(pool, subColumns), rows, known))
        chosen.push(systematicResample(weights, 1, draws[chosen.length] as number)[0] as number);
      const codeDraws = uniforms(seed, `complete/${block}/codes`, BLOCK_ROWS * width);
      const out = drawCodes({ logits: rowsOf(pool, chosen, codes), subColumns, draws: codeDraws, allowed });
      for (const [at, isKnown] of known.entries()) if (isKnown) out[at] = rows[at] as number;
      return out;
    },
    async chances({ seed, block, codes: rows, known, place, code }) {
      const logs = logProbabilities(await generate(seed, `chances/${block}`, POOL), subColumns);
      const asked = (subColumns[place] as SubColumn).offset + code;
      const own = Float64Array.from({ length: POOL }, (_, candidate) =>
        Math.exp(logs[candidate * codes + asked] as number),
      );
      const chances: number[] = [];
      for (const weights of weighted(logs, rows, known)) {
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        chances.push(weights.reduce((sum, weight, candidate) => sum + weight * (own[candidate] as number), 0) / total);
      }
      return Float64Array.from(chances);
    },
    close: () => session.release(),
  };
}

/** [draws, shares] one-hot: a sub-column, then one of its codes by its share. */
export function conditionDraws(shares: Float32Array, draws: Float64Array): Float32Array {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const condition = new Float32Array(draws.length * shares.length);
  for (const [row, draw] of draws.entries()) {
    let left = draw * total;
    let chosen = 0;
    for (const [code, share] of shares.entries()) {
      if (share === 0) continue;
      chosen = code;
      left -= share;
      if (left < 0) break;
    }
    condition[row * shares.length + chosen] = 1;
  }
  return condition;
}

export function encodeConditions(shares: Float32Array): Uint8Array {
  return encodeNpy({ shape: [shares.length], values: shares });
}

/** Throws CorruptObjectError where the bytes hold no shares. */
export function decodeConditions(bytes: Uint8Array): Float32Array {
  const { shape, values } = decodeNpy(bytes);
  if (values instanceof Float32Array && shape.length === 1 && values.length > 0) return values;
  throw new GoldpanError(FAILURE.corruptObject, `The stored conditions have the shape [${shape}], not [codes]`);
}

function rowsOf(values: Float32Array, rows: readonly number[], width: number): Float32Array {
  const out = new Float32Array(rows.length * width);
  for (const [at, row] of rows.entries()) out.set(values.subarray(row * width, (row + 1) * width), at * width);
  return out;
}

/** [rows, codes] in nats. */
function logProbabilities(logits: Float32Array, subColumns: readonly SubColumn[]): Float32Array {
  const codes = subColumns.reduce((sum, one) => sum + one.codes, 0);
  const out = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += codes) {
    for (const { offset, codes: count } of subColumns) {
      const own = logits.subarray(start + offset, start + offset + count);
      const highest = own.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
      const total = highest + Math.log(own.reduce((sum, logit) => sum + Math.exp(logit - highest), 0));
      for (const [code, logit] of own.entries()) out[start + offset + code] = logit - total;
    }
  }
  return out;
}
