// Finds the latent vector whose image is most like a given one where that one is known: maximum a posteriori by the method of
// Levenberg and Marquardt. An exported decoder has no gradient, so the Jacobian is taken by finite differences, one decoded image a
// dimension.

import { dot } from '#core/base/linear-algebra/dot.ts';
import { solveSymmetric } from '../numeric/solve-symmetric.ts';

/** Steps; each decodes latentDim + 1 images or a few more. */
const STEPS = 6;
/** Values that all steps together decode, at most, so that large images end before the function does: six steps of 64 x 64 pixels in colour. */
const MOST_DECODED = 1e7;
/** Step for finite differences, in deviations of the prior: small enough to be local, large enough for float32. */
const DIFFERENCE = 0.02;
const FIRST_DAMPING = 1e-2;
const DAMPING_FACTOR = 8;
const MOST_TRIES = 4;
/** Relative gain below which the fit has converged. */
const LEAST_GAIN = 1e-3;
/** Values that are compared, at most: more of a large image add time and hardly any knowledge of some 100 numbers. */
const MOST_VALUES = 12_288;
/** Least deviation of a pixel from the decoded one: the fit trusts the decoder no further than this. */
const LEAST_SIGMA = 0.02;

export type CodePrior = { readonly mean: Float64Array; readonly deviation: Float64Array };

export type CodeFit = {
  /** [size] in [0, 1] */
  readonly target: Float32Array;
  /** [size]: how much each value counts; 0 = unknown. */
  readonly weight: Float32Array;
  readonly start: Float32Array;
  readonly prior: CodePrior;
  /** Values that the decoder draws for an image, where `decode` reduces them. @default size */
  readonly drawnValues?: number;
  /** Rows of latent vectors to images, [rows, size]. */
  readonly decode: (rows: readonly Float32Array[]) => Promise<Float32Array>;
};

export async function fitCode({ target, weight, start, prior, decode, drawnValues }: CodeFit): Promise<Float32Array> {
  const places = comparedPlaces(weight);
  if (places.length === 0) return start;
  const size = target.length;
  const dimensions = start.length;
  let code = start;
  let image = await decode([code]);
  let sigma = sigmaOf(image);
  let cost = costOf(image, code);
  let damping = FIRST_DAMPING;
  const steps = Math.max(1, Math.min(STEPS, Math.floor(MOST_DECODED / ((drawnValues ?? size) * dimensions))));
  for (let step = 0; step < steps; step++) {
    const { normal, gradient } = await derivatives();
    let gained = false;
    for (let attempt = 0; attempt < MOST_TRIES && !gained; attempt++) {
      const move = solveSymmetric(damped(normal, damping), gradient);
      const moved = code.map((value, d) => value - (move[d] as number));
      const drawn = await decode([moved]);
      const after = costOf(drawn, moved);
      gained = after < cost;
      if (!gained) {
        damping *= DAMPING_FACTOR;
        continue;
      }
      const isDone = (cost - after) / cost < LEAST_GAIN;
      [code, image, damping] = [moved, drawn, damping / DAMPING_FACTOR];
      sigma = sigmaOf(image);
      cost = costOf(image, code);
      if (isDone) return code;
    }
    if (!gained) break;
  }
  return code;

  /** The deviation of known values from the image: how far the decoder is to be trusted. */
  function sigmaOf(drawn: Float32Array): number {
    let sum = 0;
    let total = 0;
    for (const at of places) {
      sum += (weight[at] as number) * ((target[at] as number) - (drawn[at] as number)) ** 2;
      total += weight[at] as number;
    }
    return Math.max(LEAST_SIGMA, Math.sqrt(sum / total));
  }

  /** Returns the negative log posterior without constant terms. */
  function costOf(drawn: Float32Array, z: Float32Array): number {
    let sum = 0;
    for (const at of places) sum += (weight[at] as number) * ((target[at] as number) - (drawn[at] as number)) ** 2;
    sum /= sigma ** 2;
    for (let d = 0; d < dimensions; d++)
      sum += (((z[d] as number) - (prior.mean[d] as number)) / (prior.deviation[d] as number)) ** 2;
    return sum / 2;
  }

  /** The gradient of the cost, and its Hessian without the second derivatives of the decoder (Gauss and Newton). */
  async function derivatives(): Promise<{ normal: Float64Array; gradient: Float64Array }> {
    const moves = Float64Array.from(prior.deviation, (deviation) => deviation * DIFFERENCE);
    const rows = Array.from({ length: dimensions }, (_, d) => {
      const row = code.slice();
      row[d] = (row[d] as number) + (moves[d] as number);
      return row;
    });
    const drawn = await decode(rows);
    const jacobian = rows.map((_, d) =>
      Float64Array.from(places, (at) => {
        const slope = ((drawn[d * size + at] as number) - (image[at] as number)) / (moves[d] as number);
        return (slope * Math.sqrt(weight[at] as number)) / sigma;
      }),
    );
    const residual = Float64Array.from(
      places,
      (at) => (((image[at] as number) - (target[at] as number)) * Math.sqrt(weight[at] as number)) / sigma,
    );
    const normal = new Float64Array(dimensions * dimensions);
    const gradient = new Float64Array(dimensions);
    for (let a = 0; a < dimensions; a++) {
      const variance = (prior.deviation[a] as number) ** 2;
      const left = jacobian[a] as Float64Array;
      gradient[a] = dot(left, residual) + ((code[a] as number) - (prior.mean[a] as number)) / variance;
      for (let b = 0; b <= a; b++) {
        const product = dot(left, jacobian[b] as Float64Array);
        normal[a * dimensions + b] = product;
        normal[b * dimensions + a] = product;
      }
      normal[a * dimensions + a] = (normal[a * dimensions + a] as number) + 1 / variance;
    }
    return { normal, gradient };
  }
}

/** Places of known values, thinned out evenly where there are too many. */
function comparedPlaces(weight: Float32Array): Int32Array {
  const known = Int32Array.from(weight.keys()).filter((at) => (weight[at] as number) > 0);
  if (known.length <= MOST_VALUES) return known;
  return Int32Array.from(
    { length: MOST_VALUES },
    (_, i) => known[Math.floor((i * known.length) / MOST_VALUES)] as number,
  );
}

/** The matrix with its diagonal enlarged: the larger the damping, the shorter the step. */
function damped(normal: Float64Array, damping: number): Float64Array {
  const size = Math.sqrt(normal.length);
  const out = normal.slice();
  for (let i = 0; i < size; i++) out[i * size + i] = (normal[i * size + i] as number) * (1 + damping);
  return out;
}
