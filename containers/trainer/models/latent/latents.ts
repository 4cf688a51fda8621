// The distribution of the codes of a trained VAE: a mixture fitted to draws of the posterior, by class where there are classes.

import { normals } from '#core/base/random.ts';
import { collapseAlarm, countActiveUnits } from '#core/model/active-units.ts';
import { type Component, LatentMixture } from '#core/model/latent-mixture.ts';
import type { LatentFacts } from '#core/model/messages/latent-facts.ts';
import type { Covariance } from './gaussian.ts';
import { fitMixture, type Mixture, meanLogDensity, standardNormal } from './mixture.ts';

/** Above this a full covariance has too many parameters for its gain. */
const MOST_FULL_DIMENSIONS = 64;
const MOST_CLASSES = 64;
const SIZES = [1, 2, 4, 8, 16, 32];
const SIZES_OF_A_CLASS = [1, 2, 4, 8];
const DIGITS = 6;

/** The posteriors of some items: means and log variances [items, dim], and the classes of the items, -1 = none. */
export type Encoded = {
  readonly zMean: Float32Array;
  readonly zLogVar: Float32Array;
  readonly labels: Int32Array;
};

export type LatentsOptions = {
  readonly train: Encoded;
  readonly heldOut: Encoded;
  readonly dim: number;
  /** Number of classes of the dataset; with two to 64 classes, each has components of its own. */
  readonly classes: number;
  readonly seed: number;
};

type Group = {
  readonly label: number | null;
  readonly share: number;
  readonly train: Float32Array;
  readonly heldOut: Float32Array;
};

export type FittedLatents = {
  readonly facts: LatentFacts;
  /** Null when no mixture is better than the standard normal distribution. */
  readonly mixture: LatentMixture | null;
};

type Labelled = Mixture & { readonly labels: readonly (number | null)[] };

/**
 * Fits a mixture to draws of the posterior. Draws and not means: the decoder was trained on draws, and the ELBO charges their density, so
 * the nats gained over the standard normal are the gap that this prior leaves (Hoffman and Johnson 2016).
 */
export function fitLatents(options: LatentsOptions): FittedLatents {
  const { train, heldOut, dim, classes, seed } = options;
  const activeUnits = countActiveUnits(train.zMean, dim);
  const facts = { activeUnits, alarm: collapseAlarm(activeUnits, dim) ?? null };
  const rows = { train: posteriorDraws(train, seed, 'train'), heldOut: posteriorDraws(heldOut, seed, 'heldOut') };
  const byLabel = classes > 1 && classes <= MOST_CLASSES;
  const groups = byLabel ? groupsByLabel(options, rows) : [{ label: null, share: 1, ...rows }];
  const candidates = (dim <= MOST_FULL_DIMENSIONS ? (['diagonal', 'full'] as const) : (['diagonal'] as const)).map(
    (covariance) => fitGroups(groups, covariance, options),
  );
  const scored = candidates.map((mixture) => ({ mixture, nats: meanLogDensity(mixture, rows.heldOut) }));
  const best = scored.reduce((a, b) => (b.nats > a.nats ? b : a));
  const priorNats = meanLogDensity(standardNormal(dim), rows.heldOut);
  if (!byLabel && !(best.nats > priorNats)) return { facts: { ...facts, mixture: null }, mixture: null };
  const mixture = stored(best.mixture, dim);
  const { covariance, components } = mixture;
  const said = { components: components.length, covariance, byLabel, heldOutNats: best.nats, priorNats };
  return { facts: { ...facts, mixture: said }, mixture };
}

function fitGroups(groups: readonly Group[], covariance: Covariance, { dim, seed }: LatentsOptions): Labelled {
  const sizes = groups.length === 1 ? SIZES : SIZES_OF_A_CLASS;
  const parts = groups.flatMap(({ label, share, train, heldOut }) => {
    // A class without held-out items takes the first size, since its own training codes would favour the largest.
    const judged = heldOut.length > 0 ? { heldOut, sizes } : { heldOut: train, sizes: sizes.slice(0, 1) };
    const { components } = fitMixture({ train, ...judged, dim, covariance, seed, stream: `${label}` });
    return components.map(({ weight, gaussian }) => ({ label, weight: weight * share, gaussian }));
  });
  return { covariance, components: parts, labels: parts.map(({ label }) => label) };
}

function groupsByLabel(
  { train, heldOut, dim }: LatentsOptions,
  rows: { readonly train: Float32Array; readonly heldOut: Float32Array },
): Group[] {
  const present = [...new Set(train.labels)].sort((a, b) => a - b);
  return present.map((label) => ({
    label: label < 0 ? null : label,
    share: train.labels.filter((one) => one === label).length / train.labels.length,
    train: rowsOf(rows.train, train.labels, label, dim),
    heldOut: rowsOf(rows.heldOut, heldOut.labels, label, dim),
  }));
}

function rowsOf(rows: Float32Array, labels: Int32Array, label: number, dim: number): Float32Array {
  const places = [...labels.keys()].filter((i) => labels[i] === label);
  const out = new Float32Array(places.length * dim);
  places.forEach((from, to) => {
    out.set(rows.subarray(from * dim, (from + 1) * dim), to * dim);
  });
  return out;
}

export function posteriorDraws({ zMean, zLogVar }: Encoded, seed: number, split: string): Float32Array {
  const noise = normals(seed, `latents/${split}`, zMean.length);
  return zMean.map((mean, i) => mean + Math.exp((zLogVar[i] as number) / 2) * (noise[i] as number));
}

function stored({ covariance, components, labels }: Labelled, dim: number): LatentMixture {
  const list = components.map(({ weight, gaussian }, i): Component => {
    const label = labels[i] ?? null;
    return { weight, label, mean: rounded(gaussian.mean), factor: rounded(gaussian.factor) };
  });
  // Drops components that hold no item.
  const used = list.filter(({ weight }) => weight > 0);
  return LatentMixture.parse({ schemaVersion: 1, latentDim: dim, covariance, components: used });
}

function rounded(values: Float64Array): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(DIGITS)));
}
