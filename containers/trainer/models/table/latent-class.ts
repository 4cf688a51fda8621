// A mixture of products of categorical distributions (latent class analysis, Lazarsfeld and Henry 1968), fitted by
// expectation-maximisation (Dempster et al. 1977).
import { uniforms } from '#core/base/random.ts';
import type { LatentClasses } from '#core/model/table/latent-classes.ts';
import type { TableLayout } from './table-layout.ts';

/**
 * Pseudo-rows of each class, distributed over the codes of a sub-column by their shares, which keep every probability above 0.
 */
const PRIOR_ROWS = 1;
/** Pseudo-rows added to the weight of each class. */
const CLASS_ROWS = 0.5;
/** Classes with a smaller share of a row are skipped for that row. */
const LEAST_SHARE = 1e-5;

/** Expected counts of one round: `weights` [classes], `counts` [codes, classes]. */
export type ExpectedCounts = {
  readonly weights: Float32Array;
  readonly counts: Float32Array;
};

/** Returns the first parameters: every class near the shares of the whole table, varied by the seed. */
export function firstClasses(
  { layout, shares }: { layout: TableLayout; shares: Float32Array },
  classes: number,
  seed: number,
): LatentClasses {
  const moved = uniforms(seed, `classes/${classes}`, layout.codes * classes);
  const counts = Float32Array.from(moved, (u, at) => (shares[Math.floor(at / classes)] as number) * -Math.log(1 - u));
  return maximise(layout, shares, { weights: new Float32Array(classes).fill(1), counts });
}

export function noCounts(classes: number, { codes }: TableLayout): ExpectedCounts {
  return { weights: new Float32Array(classes), counts: new Float32Array(codes * classes) };
}

/**
 * Adds the rows, codes [rows, sub-columns], to the expected counts, where given. Returns the sum of their log likelihoods.
 */
export function expect(
  { layout, model }: { layout: TableLayout; model: LatentClasses },
  codes: Uint8Array | Float32Array,
  into?: ExpectedCounts,
): number {
  const { classes, logWeights, logProbabilities } = model;
  const { subColumns } = layout;
  const width = subColumns.length;
  const joint = new Float64Array(classes);
  let total = 0;
  for (let start = 0; start < codes.length; start += width) {
    for (let k = 0; k < classes; k++) joint[k] = logWeights[k] as number;
    for (let place = 0; place < width; place++) {
      const at = ((subColumns[place]?.offset as number) + (codes[start + place] as number)) * classes;
      for (let k = 0; k < classes; k++) joint[k] = (joint[k] as number) + (logProbabilities[at + k] as number);
    }
    let highest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) if ((joint[k] as number) > highest) highest = joint[k] as number;
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp((joint[k] as number) - highest);
    total += highest + Math.log(sum);
    if (!into) continue;
    for (let k = 0; k < classes; k++) {
      const share = Math.exp((joint[k] as number) - highest) / sum;
      if (share < LEAST_SHARE) continue;
      into.weights[k] = (into.weights[k] as number) + share;
      for (let place = 0; place < width; place++) {
        const at = ((subColumns[place]?.offset as number) + (codes[start + place] as number)) * classes + k;
        into.counts[at] = (into.counts[at] as number) + share;
      }
    }
  }
  return total;
}

/**
 * Returns the parameters of maximum likelihood under the expected counts, shrunk towards the shares of the whole table.
 */
export function maximise(
  { subColumns }: TableLayout,
  shares: Float32Array,
  { weights, counts }: ExpectedCounts,
): LatentClasses {
  const classes = weights.length;
  const rows = weights.reduce((sum, weight) => sum + weight, 0) + classes * CLASS_ROWS;
  const logWeights = Float32Array.from(weights, (weight) => Math.log((weight + CLASS_ROWS) / rows));
  const logProbabilities = new Float32Array(counts.length);
  for (const { offset, codes } of subColumns) {
    for (let k = 0; k < classes; k++) {
      let sum = 0;
      for (let code = offset; code < offset + codes; code++) {
        sum += (counts[code * classes + k] as number) + PRIOR_ROWS * (shares[code] as number);
      }
      for (let code = offset; code < offset + codes; code++) {
        const count = (counts[code * classes + k] as number) + PRIOR_ROWS * (shares[code] as number);
        logProbabilities[code * classes + k] = Math.log(count / sum);
      }
    }
  }
  return { classes, logWeights, logProbabilities };
}
