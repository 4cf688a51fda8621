// Moves codes between given photos until their drawings are more like the photos: Adam (Kingma and Ba 2015) on the distance of the
// drawing from the photos in maps of a network that knows photos. The code stays near to where it began.
import type { Fitted } from '#core/model/latent/fitted.ts';
import type { Likeness, NearMaps } from './likeness.ts';
import type { Latents } from './prior.ts';

const STEPS = 30;
const RATE = 0.05;
/** From this share of the steps on, the rate is lower. */
const SLOW_FROM = 0.6;
const SLOW_RATE = 0.02;
const [FIRST_DECAY, SECOND_DECAY, EPSILON] = [0.9, 0.99, 1e-8];
/** Weight of half the squared way from the first code, beside the distance. */
const PULL = 0.013;
/** Rows of a strip that are fitted; what others are moved by lies between. */
const MOST_FITTED = 5;
/** Pixels that all steps together draw, at most, so that a call ends in time: 30 steps of 5 images of 64 x 64 pixels. */
const MOST_PIXELS = STEPS * MOST_FITTED * 64 * 64;

export type FitPlan = {
  readonly latents: Latents;
  /** The maps that each row shall have. */
  readonly wanted: readonly NearMaps[];
  readonly likeness: Pick<Likeness, 'slopeAt'>;
  /** Number of pixels of one image. */
  readonly pixels: number;
};

export async function fitLatents(plan: FitPlan): Promise<{ readonly latents: Latents; readonly facts: Fitted }> {
  const { latents, wanted, likeness, pixels } = plan;
  const rows = wanted.length;
  const latentDim = latents.z.length / rows;
  const classes = (latents.classWeights?.length ?? 0) / rows;
  const fitted = chosenRows(rows);
  const steps = Math.max(1, Math.min(STEPS, Math.floor(MOST_PIXELS / (fitted.length * pixels))));
  const moves = new Map<number, Float32Array>();
  let [before, after] = [0, 0];
  for (const row of fitted) {
    const start = latents.z.slice(row * latentDim, (row + 1) * latentDim);
    const classWeights = latents.classWeights?.slice(row * classes, (row + 1) * classes) ?? new Float32Array();
    const slopeAt = (z: Float32Array) => likeness.slopeAt({ z, classWeights, wanted: wanted[row] as NearMaps });
    const found = await descended(start, steps, slopeAt);
    moves.set(
      row,
      found.z.map((value, d) => value - (start[d] as number)),
    );
    before += found.before / fitted.length;
    after += found.after / fitted.length;
  }
  const z = latents.z.slice();
  for (let row = 0; row < rows; row++) {
    const { low, high, share } = neighbours(fitted, row);
    const [a, b] = [moves.get(low), moves.get(high)] as [Float32Array, Float32Array];
    for (let d = 0; d < latentDim; d++) {
      const moved = (a[d] as number) + share * ((b[d] as number) - (a[d] as number));
      z[row * latentDim + d] = (z[row * latentDim + d] as number) + moved;
    }
  }
  return { latents: { ...latents, z }, facts: { steps, before, after } };
}

/** The weighted mean of the maps of several photos; the weights add up to more than 0. */
export function meanMaps(maps: readonly NearMaps[], weights: readonly number[]): NearMaps {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Object.fromEntries(
    Object.entries(maps[0] ?? {}).map(([name, values]) => {
      const mean = new Float32Array(values.length);
      maps.forEach((photo, i) => {
        const share = (weights[i] as number) / total;
        photo[name]?.forEach((value, at) => {
          mean[at] = (mean[at] as number) + share * value;
        });
      });
      return [name, mean];
    }),
  );
}

async function descended(
  start: Float32Array,
  steps: number,
  slopeAt: (z: Float32Array) => Promise<{ readonly distance: number; readonly gradient: Float32Array }>,
) {
  const z = start.slice();
  const [first, second] = [new Float64Array(z.length), new Float64Array(z.length)];
  let { distance, gradient } = await slopeAt(z);
  const before = distance;
  for (let step = 1; step <= steps; step++) {
    const rate = step <= SLOW_FROM * steps ? RATE : SLOW_RATE;
    for (let d = 0; d < z.length; d++) {
      const slope = (gradient[d] as number) + PULL * ((z[d] as number) - (start[d] as number));
      first[d] = FIRST_DECAY * (first[d] as number) + (1 - FIRST_DECAY) * slope;
      second[d] = SECOND_DECAY * (second[d] as number) + (1 - SECOND_DECAY) * slope ** 2;
      const mean = (first[d] as number) / (1 - FIRST_DECAY ** step);
      const deviation = Math.sqrt((second[d] as number) / (1 - SECOND_DECAY ** step));
      z[d] = (z[d] as number) - (rate * mean) / (deviation + EPSILON);
    }
    ({ distance, gradient } = await slopeAt(z));
  }
  return { z, before, after: distance };
}

/** All rows, or as many as are fitted, evenly from the first to the last. */
function chosenRows(rows: number): number[] {
  const count = Math.min(rows, MOST_FITTED);
  if (count === 1) return [0];
  return Array.from({ length: count }, (_, i) => Math.round((i * (rows - 1)) / (count - 1)));
}

function neighbours(fitted: readonly number[], row: number): { low: number; high: number; share: number } {
  const low = fitted.findLast((at) => at <= row) ?? 0;
  const high = fitted.find((at) => at >= row) ?? low;
  return { low, high, share: high === low ? 0 : (row - low) / (high - low) };
}
