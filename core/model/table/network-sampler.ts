// Draws rows with the exported network of a table's VAE, which ONNX Runtime runs.
import { normals, uniforms } from '../../base/random.ts';
import { BLOCK_ROWS } from '../../kinds/table/codec/code-rows.ts';
import type { SubColumn } from '../../kinds/table/codec/codec.ts';
import { checkNetwork } from '../network/check-network.ts';
import { Tensor } from '../onnx-runtime.ts';
import { codeChances } from './code-chances.ts';
import { corruptSampler, openOnnxSession } from './open-onnx-session.ts';
import { systematicResample } from './systematic-resample.ts';
import type { IncompleteRows, TableSampler } from './table-sampler.ts';

export const SAMPLER_FILE = 'sampler.onnx';
/** The largest single-precision number below 1, so that a draw never exceeds the total probability. */
const MOST_DRAW = 1 - 2 ** -20;
/** Blocks of candidates for one block of restricted rows. */
const POOL_BLOCKS = 4;

type Opening = { readonly latentDim: number; readonly subColumns: readonly SubColumn[]; readonly threads: number };
type Pass = {
  readonly seed: number;
  readonly stream: string;
  readonly given: Float32Array;
  readonly allowed: Float32Array;
};

/** Throws CorruptObjectError where the bytes are no sampler of such a table. */
export async function openNetworkSampler(
  bytes: Uint8Array,
  { latentDim, subColumns, threads }: Opening,
): Promise<TableSampler> {
  const width = subColumns.length;
  const codes = subColumns.reduce((sum, one) => sum + one.codes, 0);
  checkNetwork(bytes, {
    inputs: { noise: [latentDim], draws: [width], given: [codes + width], allowed: [codes] },
    outputs: { codes: [width], masses: [width] },
  });
  const session = await openOnnxSession(bytes, threads);

  async function run({ seed, stream, given, allowed }: Pass): Promise<{ codes: Uint8Array; masses: Float32Array }> {
    const noise = normals(seed, `${stream}/z`, BLOCK_ROWS * latentDim);
    const draws = Float32Array.from(uniforms(seed, `${stream}/codes`, BLOCK_ROWS * width), (draw) =>
      Math.min(draw, MOST_DRAW),
    );
    const feeds = {
      noise: new Tensor('float32', noise, [BLOCK_ROWS, latentDim]),
      draws: new Tensor('float32', draws, [BLOCK_ROWS, width]),
      given: new Tensor('float32', given, [BLOCK_ROWS, codes + width]),
      allowed: new Tensor('float32', allowed, [BLOCK_ROWS, codes]),
    };
    const out = await session.run(feeds);
    if (out.codes?.data.length !== BLOCK_ROWS * width) throw corruptSampler('it draws another number of sub-columns');
    return { codes: Uint8Array.from(out.codes.data as Float32Array), masses: out.masses?.data as Float32Array };
  }

  const nothingGiven = new Float32Array(BLOCK_ROWS * (codes + width));
  for (let row = 0; row < BLOCK_ROWS; row++) {
    nothingGiven.fill(1, row * (codes + width) + codes, (row + 1) * (codes + width));
  }
  const everyRow = (allowed: Uint8Array) => {
    const rows = new Float32Array(BLOCK_ROWS * codes);
    for (let row = 0; row < BLOCK_ROWS; row++) rows.set(allowed, row * codes);
    return rows;
  };

  function told({ allowed, codes: rows, known }: Pick<IncompleteRows, 'allowed' | 'codes' | 'known'>) {
    const given = nothingGiven.slice();
    const mayDraw = everyRow(allowed);
    for (let row = 0; row < BLOCK_ROWS; row++) {
      for (const [place, { offset, codes: count }] of subColumns.entries()) {
        if (!known[row * width + place]) continue;
        const code = offset + (rows[row * width + place] as number);
        given[row * (codes + width) + code] = 1;
        given[row * (codes + width) + codes + place] = 0;
        mayDraw.fill(0, row * codes + offset, row * codes + offset + count);
        mayDraw[row * codes + code] = 1;
      }
    }
    return { given, allowed: mayDraw };
  }
  async function complete({ seed, block, ...rows }: IncompleteRows): Promise<Uint8Array> {
    return (await run({ seed, stream: `complete/${block}`, ...told(rows) })).codes;
  }

  return {
    async draw({ seed, block, allowed, restricted }) {
      if (restricted.length === 0)
        return (await run({ seed, stream: `rows/${block}`, given: nothingGiven, allowed: everyRow(allowed) })).codes;
      const pool = new Uint8Array(POOL_BLOCKS * BLOCK_ROWS * width);
      const weights = new Float64Array(POOL_BLOCKS * BLOCK_ROWS);
      for (let part = 0; part < POOL_BLOCKS; part++) {
        const stream = `pool/${block}/${part}`;
        const drawn = await run({ seed, stream, given: nothingGiven, allowed: everyRow(allowed) });
        pool.set(drawn.codes, part * BLOCK_ROWS * width);
        for (let row = 0; row < BLOCK_ROWS; row++) {
          const masses = restricted.map((place) => drawn.masses[row * width + place] as number);
          weights[part * BLOCK_ROWS + row] = masses.reduce((product, mass) => product * mass, 1);
        }
      }
      const chosen = systematicResample(weights, BLOCK_ROWS, uniforms(seed, `pool/${block}`, 1)[0] as number);
      const rows = new Uint8Array(BLOCK_ROWS * width);
      const known = new Uint8Array(BLOCK_ROWS * width);
      for (const [row, candidate] of chosen.entries()) {
        rows.set(pool.subarray(candidate * width, (candidate + 1) * width), row * width);
        for (const place of restricted) known[row * width + place] = 1;
      }
      return complete({ seed, block, allowed, codes: rows, known });
    },
    complete,
    async chances({ seed, block, place, code, ...rows }) {
      const masses = async (allowed: Float32Array, draw: number) =>
        (await run({ seed, stream: `chances/${block}/${draw}`, given: nothingGiven, allowed })).masses;
      return codeChances({ subColumns, allowed: told(rows).allowed, place, code, masses });
    },
    close: () => session.release(),
  };
}
