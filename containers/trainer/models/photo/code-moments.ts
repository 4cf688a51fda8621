// The distribution of the codes of each class, followed during training: the source of the critic's draws and of the shipped prior.
import type { Tensor } from '@tensorflow/tfjs-node';
import type { Component, LatentMixture } from '#core/model/latent-mixture.ts';
import { attribute, executeOp } from '../../engine/binding.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { Params, StateEntry, StateMap } from '../../engine/types.ts';
import { matMul } from '../layers/ops.ts';
import type { Latent } from '../vae/vae-network.ts';

/** The share of the moments that a step keeps: they average over about 200 steps. */
const KEPT = 0.995;
/**
 * Share by which a covariance is shrunk towards its diagonal, since photos are few and parameters many (Ledoit and Wolf 2004).
 */
const SHRINKAGE = 0.1;
/** During training, the deviations of draws are multiplied by this: the moments contain the noise of single codes. */
const WIDTH = 0.85;
/**
 * Share of the deviation of one photo's code from the mean that a draw keeps; the rest is random, so that the covariance is preserved.
 * Draws during training keep less than those of the shipped prior: a decoder that was taught by codes far from photos draws more legibly.
 */
const NEARNESS = { taught: 0.5, shipped: 0.75 } as const;
/** The codes of the photos themselves need no narrowing. */
const FITTED_WIDTH = 1;
/** Maximum number of components of a class; of more photos, evenly spaced ones are used. */
const MOST_CENTRES = 512;
/** Unit variance counts as so many photos. */
const PRIOR_ITEMS = 2;
/** With more classes, all share one distribution. */
const MOST_CLASSES = 16;

const [COUNT, SUM, SQUARES] = ['moments/codes/count', 'moments/codes/sum', 'moments/codes/squares'] as const;

/** Returns the number of distributions that are followed: one per class, or one for all. */
export function momentGroups(classes: number): number {
  return classes > 1 && classes <= MOST_CLASSES ? classes : 1;
}

export function momentShapes(latentDim: number, classes: number): Record<string, readonly number[]> {
  const groups = momentGroups(classes);
  return { [COUNT]: [groups, 1], [SUM]: [groups, latentDim], [SQUARES]: [groups, latentDim, latentDim] };
}

/** Returns the moments after a step over posterior draws z [batch, latentDim] of items with label [batch, classes]. */
export function movedMoments(
  params: Params,
  { zMean, zLogVar }: Latent,
  label: Tensor | undefined,
): Record<string, Tensor> {
  const share = groupShares(zMean, label, params);
  const [count, sum, squares] = [COUNT, SUM, SQUARES].map((name) => tf.mul(params[name] as Tensor, KEPT)) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const [groups, dim] = sum.shape as [number, number];
  const members = tf.reshape(tf.sum(share, 0), [groups, 1]);
  // The second moment of the posterior itself, without the noise of a draw.
  const outer = Array.from({ length: groups }, (_, group) => {
    const weight = tf.slice(share, [0, group], [zMean.shape[0] as number, 1]);
    const spread = tf.sum(tf.mul(tf.exp(zLogVar), weight), 0);
    return tf.add(matMul(tf.mul(zMean, weight), zMean, true, false), tf.mul(tf.eye(dim), spread));
  });
  return {
    [COUNT]: tf.add(count, members),
    [SUM]: tf.add(sum, matMul(share, zMean, true, false)),
    [SQUARES]: tf.add(squares, tf.stack(outer)),
  };
}

/**
 * Returns codes [batch, latentDim] that are likely for the labels, from standard normal noise [batch, latentDim]. Each lies half way between
 * the mean and one of the codes `near` [batch, latentDim], apart from the noise.
 */
export function drawnCodes(
  params: Params,
  { noise, near, label }: { noise: Tensor; near: Tensor; label: Tensor | undefined },
): Tensor {
  const [count, sum, squares] = [COUNT, SUM, SQUARES].map((name) => params[name] as Tensor) as [Tensor, Tensor, Tensor];
  const [groups, dim] = sum.shape as [number, number];
  const share = groupShares(noise, label, params);
  const drawn = Array.from({ length: groups }, (_, group) => {
    const row = (tensor: Tensor, size: number) => tf.reshape(tf.slice(tensor, [group, 0], [1, size]), [1, size]);
    const items = tf.add(row(count, 1), PRIOR_ITEMS);
    const mean = tf.div(row(sum, dim), items);
    const second = tf.div(
      tf.add(tf.reshape(tf.slice(squares, [group, 0, 0], [1, dim, dim]), [dim, dim]), tf.mul(tf.eye(dim), PRIOR_ITEMS)),
      items,
    );
    const covariance = tf.sub(second, matMul(mean, mean, true, false));
    const factor = executeOp('Cholesky', [attribute.type('T', 'float32')], [shrunk(covariance)]);
    const own = tf.mul(tf.sub(near, mean), NEARNESS.taught);
    const free = tf.mul(matMul(noise, factor, false, true), Math.sqrt(1 - NEARNESS.taught ** 2));
    const codes = tf.add(mean, tf.add(own, free));
    return tf.mul(codes, tf.slice(share, [0, group], [noise.shape[0] as number, 1]));
  });
  return tf.addN(drawn);
}

/** Returns the same distributions as a stored prior, narrowed by `width`, without components that have no items. */
export function codePrior(state: StateMap, classes: number, width = WIDTH): LatentMixture {
  const values = (name: string) => state.get(name)?.values as Float32Array;
  const [counts, sums, squares] = [COUNT, SUM, SQUARES].map(values) as [Float32Array, Float32Array, Float32Array];
  const [groups, dim] = [counts.length, sums.length / counts.length];
  const total = counts.reduce((a, b) => a + b, 0);
  const components = Array.from({ length: groups }, (_, group): Component => {
    const items = (counts[group] as number) + PRIOR_ITEMS;
    const mean = Float64Array.from({ length: dim }, (_, d) => (sums[group * dim + d] as number) / items);
    const factor: number[] = [];
    const at = (i: number, j: number) => factor[(i * (i + 1)) / 2 + j] as number;
    for (let i = 0; i < dim; i++) {
      for (let j = 0; j <= i; j++) {
        const second = (squares[(group * dim + i) * dim + j] as number) + (i === j ? PRIOR_ITEMS : 0);
        const covariance = second / items - (mean[i] as number) * (mean[j] as number);
        let rest = i === j ? covariance : covariance * (1 - SHRINKAGE);
        for (let k = 0; k < j; k++) rest -= at(i, k) * at(j, k);
        factor.push(i === j ? Math.sqrt(Math.max(rest, 1e-6)) : rest / at(j, j));
      }
    }
    const label = groups > 1 || classes === 1 ? group : null;
    return {
      weight: total > 0 ? (counts[group] as number) / total : 1,
      label,
      mean: Array.from(mean, (value) => rounded(value)),
      factor: factor.map((value) => rounded(width * value)),
    };
  });
  const used = components.filter(({ weight }) => weight > 0);
  return { schemaVersion: 1, latentDim: dim, covariance: 'full', components: used };
}

/**
 * Returns the shipped prior from codes zMean [items, dim] of items with `labels`, -1 = none. It is fitted to the codes of the trained
 * encoder, not to moments from training. Codes are not normally distributed, so each class has one component per photo, at 0.75 of the
 * photo's deviation from the mean of the class; together they have the moments of the codes (a kernel estimate that does not widen: Jones
 * 1991, "On correcting for variance inflation in kernel density estimation").
 */
export function fittedPrior(zMean: Float32Array, labels: Int32Array, classes: number): LatentMixture {
  const groups = momentGroups(classes);
  const dim = zMean.length / labels.length;
  const [counts, sums] = [new Float32Array(groups), new Float32Array(groups * dim)];
  const squares = new Float32Array(groups * dim * dim);
  labels.forEach((label, item) => {
    const code = zMean.subarray(item * dim, (item + 1) * dim);
    const shares = groups === 1 ? [1] : Array.from({ length: groups }, (_, group) => shareOf(label, group, groups));
    shares.forEach((share, group) => {
      if (share === 0) return;
      counts[group] = (counts[group] as number) + share;
      for (let i = 0; i < dim; i++) {
        const own = share * (code[i] as number);
        sums[group * dim + i] = (sums[group * dim + i] as number) + own;
        for (let j = 0; j <= i; j++) {
          const at = (group * dim + i) * dim + j;
          squares[at] = (squares[at] as number) + own * (code[j] as number);
        }
      }
    });
  });
  const entry = (values: Float32Array): StateEntry => ({ shape: [values.length], values });
  const moments = new Map([
    [COUNT, entry(counts)],
    [SUM, entry(sums)],
    [SQUARES, entry(squares)],
  ]);
  const { components, ...rest } = codePrior(moments, classes, FITTED_WIDTH);
  return { ...rest, components: components.flatMap((group) => aroundPhotos(group, zMean, labels)) };
}

function aroundPhotos(
  { weight, label, mean, factor }: Component,
  zMean: Float32Array,
  labels: Int32Array,
): Component[] {
  const own = [...labels.keys()].filter((item) => label === null || labels[item] === label);
  if (own.length === 0) return [{ weight, label, mean, factor }];
  const count = Math.min(MOST_CENTRES, own.length);
  const narrower = factor.map((value) => rounded(Math.sqrt(1 - NEARNESS.shipped ** 2) * value));
  return Array.from({ length: count }, (_, i) => {
    const first = (own[Math.floor((i * own.length) / count)] as number) * mean.length;
    const centre = mean.map((middle, d) =>
      rounded(middle + NEARNESS.shipped * ((zMean[first + d] as number) - middle), 4),
    );
    return { weight: weight / count, label, mean: centre, factor: narrower };
  });
}

function shareOf(label: number, group: number, groups: number): number {
  return label < 0 ? 1 / groups : Number(label === group);
}

/**
 * Returns the weight of each distribution for each item, [batch, groups]. An item without a class has equal weights.
 */
function groupShares(rows: Tensor, label: Tensor | undefined, params: Params): Tensor {
  const [batch, groups] = [rows.shape[0] as number, (params[COUNT] as Tensor).shape[0] as number];
  if (label === undefined || groups === 1) return tf.fill([batch, 1], 1);
  return tf.add(label, tf.div(tf.sub(1, tf.sum(label, 1, true)), groups));
}

function shrunk(covariance: Tensor): Tensor {
  const dim = covariance.shape[0] as number;
  const kept = tf.add(tf.mul(tf.eye(dim), SHRINKAGE), 1 - SHRINKAGE);
  return tf.mul(covariance, kept);
}

function rounded(value: number, digits = 6): number {
  return Number(value.toPrecision(digits));
}
