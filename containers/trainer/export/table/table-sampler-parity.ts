// Checks that the sampler follows the decoder: each code is forced in turn, and the sampler's probability for it is compared with that of
// the decoder.
import { GoldpanError } from '#core/base/errors.ts';
import { normals, uniforms } from '#core/base/random.ts';
import { InferenceSession, Tensor } from '#core/model/onnx-runtime.ts';
import { fillOneHot, type TableLayout } from '../../models/table/table-layout.ts';
import { distance } from '../parity.ts';

const ROWS = 16;
const SEED = 1;

type Exported = {
  readonly bytes: Uint8Array;
  readonly layout: TableLayout;
  readonly latentDim: number;
  /** The decoder, which was compared with the session before. */
  readonly decoderFile: string;
};

/** Throws ExportParityError where a probability differs by more than the tolerance of all exports. Returns the worst share of it. */
export async function checkSampler({ bytes, layout, latentDim, decoderFile }: Exported): Promise<number> {
  const { subColumns, codes } = layout;
  const width = subColumns.length;
  const draws = uniforms(SEED, 'parity/codes', ROWS * width);
  const rows = Uint8Array.from(draws, (draw, at) => Math.floor(draw * (subColumns[at % width]?.codes ?? 1)));
  const x = new Float32Array(ROWS * codes);
  fillOneHot(x, layout, rows);
  const given = new Float32Array(ROWS * (codes + width));
  // Every other row is given its first half.
  for (let row = 0; row < ROWS; row++) {
    for (const [place, { offset }] of subColumns.entries()) {
      const isGiven = row % 2 === 1 && place < width / 2;
      const at = row * (codes + width);
      if (isGiven) given[at + offset + (rows[row * width + place] as number)] = 1;
      else given[at + codes + place] = 1;
    }
  }
  const noise = new Tensor('float32', normals(SEED, 'parity/noise', ROWS * latentDim), [ROWS, latentDim]);
  const told = { noise, given: new Tensor('float32', given, [ROWS, codes + width]) };
  const forced = {
    draws: new Tensor('float32', new Float32Array(ROWS * width).fill(0.5), [ROWS, width]),
    allowed: new Tensor('float32', x, [ROWS, codes]),
  };
  const sampler = await InferenceSession.create(bytes);
  const decoder = await InferenceSession.create(decoderFile);
  const drawn = await sampler.run({ ...told, ...forced });
  const { logits } = await decoder.run({ ...told, x: new Tensor('float32', x, [ROWS, codes]) });
  await Promise.all([sampler.release(), decoder.release()]);
  const expected = probabilities(logits?.data as Float32Array, rows, layout);
  const share = Math.max(
    distance(expected, drawn.masses?.data as Float32Array),
    distance(Float32Array.from(rows), drawn.codes?.data as Float32Array),
  );
  if (share <= 1) return share;
  throw new GoldpanError(
    'ExportParityError',
    `the sampler of the table differs from its decoder by ${share.toFixed(1)} times the tolerance`,
  );
}

/** Computes the probabilities of the rows' codes from the decoder's logits. */
function probabilities(
  logits: Float32Array,
  rows: Uint8Array,
  { subColumns, codes: width }: TableLayout,
): Float32Array {
  return Float32Array.from(rows, (code, at) => {
    const { offset, codes } = subColumns[at % subColumns.length] as TableLayout['subColumns'][number];
    const start = Math.floor(at / subColumns.length) * width + offset;
    const block = logits.subarray(start, start + codes);
    const highest = block.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    const sum = block.reduce((total, value) => total + Math.exp(value - highest), 0);
    return Math.exp((block[code] as number) - highest) / sum;
  });
}
