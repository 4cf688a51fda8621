// Finds the latent vector whose image is most like a given one where that one is known: maximum a posteriori by the method of
// Levenberg and Marquardt. An exported decoder has no gradient, and differences decode one image a dimension. So they are taken a few
// times only, and corrected by each step in between (the secant method, Madsen, Nielsen and Tingleff 2004, section 3.5).

import { solveSymmetric } from '../numeric/solve-symmetric.ts';
import { type CodePrior, type Slopes, slopesAt, squaredSlopes, withStep } from './slopes.ts';

/** Steps of a fit, with those that were too long; each decodes one image. */
const STEPS = 20;
/** Times that the slopes are measured for all fits, at most; each decodes latentDim images. One is kept for the last fit. */
const MEASURED = 3;
/** Values that all slopes together decode, at most, so that large images end before the function does. */
const MOST_DECODED = 1e7;
const FIRST_DAMPING = 1e-2;
const DAMPING_FACTOR = 8;
const MOST_TRIES = 4;
/** Relative gain below which the fit has converged. */
const LEAST_GAIN = 1e-3;
/** Values that are compared, at most: more of a large image add time and hardly any knowledge of some 100 numbers. */
const MOST_VALUES = 12_288;
/** Least deviation of a pixel from the decoded one: the fit trusts the decoder no further than this. */
const LEAST_SIGMA = 0.02;

export type CodeFit = {
  /** [size] in [0, 1] */
  readonly target: Float32Array;
  /**
   * How much each value counts, [size]; 0 = unknown. One fit for each: those that know less first, since each goes on from the code of
   * the one before.
   */
  readonly weights: readonly Float32Array[];
  readonly start: Float32Array;
  readonly prior: CodePrior;
  /** Values that the decoder draws for an image, where `decode` reduces them. @default size */
  readonly drawnValues?: number;
  /** Rows of latent vectors to images, [rows, size]. */
  readonly decode: (rows: readonly Float32Array[]) => Promise<Float32Array>;
};

/** Returns one code for each of the weights. */
export async function fitCodes(fit: CodeFit): Promise<Float32Array[]> {
  const { target, weights, start, prior, decode, drawnValues = target.length } = fit;
  const places = comparedPlaces(weights);
  if (places.length === 0) return weights.map(() => start);
  const at = (values: Float32Array) => Float64Array.from(places, (place) => values[place] as number);
  const draw = async (code: Float32Array) => at(await decode([code]));
  const wanted = at(target);
  const affordable = Math.max(1, Math.floor(MOST_DECODED / (drawnValues * start.length)));
  let code = start;
  let image = await draw(code);
  let slopes: Slopes | undefined;
  let measured = 0;
  const codes: Float32Array[] = [];
  for (const [turn, weight] of weights.entries()) {
    const isLast = turn === weights.length - 1;
    await approach(at(weight), Math.min(affordable, isLast ? MEASURED : MEASURED - 1));
    codes.push(code);
  }
  return codes;

  async function approach(weight: Float64Array, most: number): Promise<void> {
    if (!weight.some((value) => value > 0)) return;
    let sigma = sigmaOf(wanted, image, weight);
    let cost = costOf(image, code);
    let damping = FIRST_DAMPING;
    let squares: Float64Array | undefined;
    let gained = 0;
    let failed = 0;
    for (let step = 0; step < STEPS; step++) {
      if (slopes === undefined) {
        slopes = await slopesAt({ code, image, places, prior, decode });
        measured++;
        gained = 0;
      }
      squares ??= squaredSlopes(slopes, weight);
      const { normal, gradient } = equations(slopes, squares, weight, sigma);
      const move = solveSymmetric(damped(normal, damping), gradient);
      const moved = code.map((value, d) => value - (move[d] as number));
      const drawn = await draw(moved);
      const after = costOf(drawn, moved);
      // A step that was too long tells of the slopes, too.
      withStep({ slopes, squares, weight, prior }, { from: code, to: moved, before: image, after: drawn });
      const gain = (cost - after) / cost;
      if (gain > 0) {
        gained++;
        failed = 0;
        [code, image, damping] = [moved, drawn, damping / DAMPING_FACTOR];
        sigma = sigmaOf(wanted, image, weight);
        cost = costOf(image, code);
        if (gain >= LEAST_GAIN) continue;
      } else {
        damping *= DAMPING_FACTOR;
        if (++failed < MOST_TRIES) continue;
      }
      // Slopes of this very place that gain nothing: the fit has converged.
      if (gained === 0 || measured >= most) return;
      failed = 0;
      slopes = undefined;
      squares = undefined;
    }

    /** Returns the negative log posterior without constant terms. */
    function costOf(drawn: Float64Array, z: Float32Array): number {
      let sum = squaresOf(wanted, drawn, weight) / sigma ** 2;
      for (const [d, value] of z.entries())
        sum += ((value - (prior.mean[d] as number)) / (prior.deviation[d] as number)) ** 2;
      return sum / 2;
    }
  }

  /** The gradient of the cost, and its Hessian without the second derivatives of the decoder (Gauss and Newton). */
  function equations(known: Slopes, squares: Float64Array, weight: Float64Array, sigma: number) {
    const dimensions = code.length;
    const normal = squares.map((value) => value / sigma ** 2);
    const residual = image.map((value, i) => ((value - (wanted[i] as number)) * (weight[i] as number)) / sigma ** 2);
    const gradient = Float64Array.from(known, (slope, d) => {
      const variance = (prior.deviation[d] as number) ** 2;
      normal[d * dimensions + d] = (normal[d * dimensions + d] as number) + 1 / variance;
      let sum = ((code[d] as number) - (prior.mean[d] as number)) / variance;
      for (let i = 0; i < residual.length; i++) sum += (slope[i] as number) * (residual[i] as number);
      return sum;
    });
    return { normal, gradient };
  }
}

/** The deviation of known values from the image: how far the decoder is to be trusted. */
function sigmaOf(wanted: Float64Array, drawn: Float64Array, weight: Float64Array): number {
  const total = weight.reduce((sum, value) => sum + value, 0);
  return Math.max(LEAST_SIGMA, Math.sqrt(squaresOf(wanted, drawn, weight) / total));
}

function squaresOf(wanted: Float64Array, drawn: Float64Array, weight: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < wanted.length; i++)
    sum += (weight[i] as number) * ((wanted[i] as number) - (drawn[i] as number)) ** 2;
  return sum;
}

/** Places of values that any of the fits knows, thinned out evenly where there are too many. */
function comparedPlaces(weights: readonly Float32Array[]): Int32Array {
  const size = weights[0]?.length ?? 0;
  const known = Int32Array.from({ length: size }, (_, at) => at).filter((at) =>
    weights.some((weight) => (weight[at] as number) > 0),
  );
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
