// How the values of a decoded image change with each number of its latent vector: measured by differences, then kept up to date by the
// steps that are taken (Broyden 1965).

import { dot } from '#core/base/linear-algebra/dot.ts';

/** Step for finite differences, in deviations of the prior: small enough to be local, large enough for float32. */
const DIFFERENCE = 0.02;
/** Images that are decoded at once, so that few of them lie in memory. */
const ROWS = 16;

/** Mean and deviation of each number of a latent vector. */
export type CodePrior = { readonly mean: Float64Array; readonly deviation: Float64Array };
/** For each number of a latent vector the slopes of all compared values, [latentDim][places]. */
export type Slopes = readonly Float64Array[];

/** `image`: that of `code` at the places. */
export async function slopesAt({
  code,
  image,
  places,
  prior,
  decode,
}: {
  readonly code: Float32Array;
  readonly image: Float64Array;
  readonly places: Int32Array;
  readonly prior: CodePrior;
  readonly decode: (rows: readonly Float32Array[]) => Promise<Float32Array>;
}): Promise<Slopes> {
  const slopes: Float64Array[] = [];
  for (let first = 0; first < code.length; first += ROWS) {
    const moves = prior.deviation.subarray(first, first + ROWS).map((deviation) => deviation * DIFFERENCE);
    const rows = Array.from(moves, (move, i) => {
      const row = code.slice();
      row[first + i] = (row[first + i] as number) + move;
      return row;
    });
    const drawn = await decode(rows);
    const size = drawn.length / rows.length;
    for (const [row, move] of moves.entries())
      slopes.push(
        Float64Array.from(places, (at, i) => ((drawn[row * size + at] as number) - (image[i] as number)) / move),
      );
  }
  return slopes;
}

/** The products of all pairs of slopes, each place by its weight: [latentDim, latentDim]. */
export function squaredSlopes(slopes: Slopes, weight: Float64Array): Float64Array {
  const n = slopes.length;
  const products = new Float64Array(n * n);
  const weighted = new Float64Array(weight.length);
  for (const [a, left] of slopes.entries()) {
    for (let i = 0; i < weighted.length; i++) weighted[i] = (left[i] as number) * (weight[i] as number);
    for (let b = 0; b <= a; b++) {
      const product = dot(weighted, slopes[b] as Float64Array);
      products[a * n + b] = product;
      products[b * n + a] = product;
    }
  }
  return products;
}

type Known = {
  readonly slopes: Slopes;
  readonly squares: Float64Array;
  readonly weight: Float64Array;
  readonly prior: CodePrior;
};
type Step = {
  readonly from: Float32Array;
  readonly to: Float32Array;
  readonly before: Float64Array;
  readonly after: Float64Array;
};

/**
 * Changes the slopes as little as possible so that they explain the step, and their products with them. Steps are measured in deviations
 * of the prior.
 */
export function withStep({ slopes, squares, weight, prior }: Known, { from, to, before, after }: Step): void {
  const n = slopes.length;
  const direction = new Float64Array(n);
  let length = 0;
  const unexplained = after.map((value, i) => value - (before[i] as number));
  for (const [d, slope] of slopes.entries()) {
    const move = (to[d] as number) - (from[d] as number);
    const scaled = move / (prior.deviation[d] as number) ** 2;
    direction[d] = scaled;
    length += move * scaled;
    for (let i = 0; i < unexplained.length; i++)
      unexplained[i] = (unexplained[i] as number) - move * (slope[i] as number);
  }
  if (length === 0) return;
  for (let d = 0; d < n; d++) direction[d] = (direction[d] as number) / length;
  const weighted = unexplained.map((value, i) => value * (weight[i] as number));
  const own = dot(weighted, unexplained);
  const across = Float64Array.from(slopes, (slope) => dot(weighted, slope));
  for (let a = 0; a < n; a++)
    for (let b = 0; b < n; b++)
      squares[a * n + b] =
        (squares[a * n + b] as number) +
        (across[a] as number) * (direction[b] as number) +
        (direction[a] as number) * (across[b] as number) +
        own * (direction[a] as number) * (direction[b] as number);
  for (const [d, slope] of slopes.entries()) {
    const share = direction[d] as number;
    for (let i = 0; i < slope.length; i++) slope[i] = (slope[i] as number) + share * (unexplained[i] as number);
  }
}
