// Resolves the items of a request (images, codes, seeds) to codes and classes, and computes codes between them.
import type { LatentMixture } from '#core/model/latent-mixture.ts';
import { logDensity } from '#core/model/log-density.ts';
import type { GivenItem } from '#core/model/messages/endpoint-api.ts';
import { defaultPrior } from '#core/model/messages/latent-facts.ts';
import { accepted, type Result, refused } from '../problem.ts';
import { pixelsOf } from './given-pixels.ts';
import type { Networks } from './open-networks.ts';
import { conditioningClasses, drawFrom, type Latents, latentDistribution } from './prior.ts';

/** Maximum absolute value of a code; codes of a valid model are near 0. */
const MOST_VALUE = 1e4;

/** `label` is -1 if the model gets no class. */
export type GivenCode = { readonly z: Float32Array; readonly label: number };
/** Without pixels where a code or a seed was given. */
export type ReadCode = GivenCode & { readonly pixels?: Uint8Array };
type Model = Omit<Networks, 'decoder'>;

/** Returns whether an item is an image, which must be encoded. */
export function isImage({ pixels, image }: GivenItem): boolean {
  return pixels !== undefined || image !== undefined;
}

export function isSound({ sound }: GivenItem): boolean {
  return sound !== undefined;
}

/**
 * Returns the codes. Refuses images of another size, unknown classes, and an image whose class cannot be determined. A flow maps codes of a
 * class to standard normal vectors, so the class with the shortest vector counts as the most likely one.
 */
export async function codesOf(items: readonly GivenItem[], model: Model): Promise<Result<ReadCode[]>> {
  const codes: ReadCode[] = [];
  for (const [place, item] of items.entries()) {
    const sources = [item.pixels, item.image, item.code, item.seed].filter((source) => source !== undefined);
    if (sources.length !== 1)
      return refused('item.invalid', `Item ${place + 1} must have one of pixels, image, code and seed.`);
    const read = item.seed === undefined ? await readItem(item, model, place) : drawItem(item, item.seed, model);
    if (!read.ok) return read;
    const turned = turnedInto(item.as, read.value, model);
    if (!turned.ok) return turned;
    codes.push(turned.value);
  }
  return accepted(codes);
}

/** Returns the first sample of a seed. */
function drawItem({ label }: GivenItem, seed: number, { card, mixture }: Model): Result<ReadCode> {
  const distribution = latentDistribution(card, mixture, { label });
  if (!distribution.ok) return distribution;
  const { z, labels } = drawFrom(distribution.value, { seed, n: 1, temperature: 1 });
  return accepted({ z, label: labels[0] as number });
}

async function readItem(item: GivenItem, model: Model, place: number): Promise<Result<ReadCode>> {
  const { card, mixture, encode } = model;
  const { labels, latentDim } = card;
  const named = labelOf(item.label, card);
  if (!named.ok) return named;
  const isFlow = defaultPrior(card.latent) === 'flow';
  const likeliest = mixture?.components.every(({ label }) => label !== null) ? mixture : undefined;
  const possible =
    conditioningClasses(card) === 0 ? [-1] : named.value === undefined ? [...labels.keys()] : [named.value];
  if (possible.length > 1 && !likeliest && !isFlow)
    return refused('label.needed', `Give item ${place + 1} a label: ${labels.join(', ')}.`);
  const density = ({ z, label }: GivenCode) =>
    isFlow ? -z.reduce((sum, value) => sum + value ** 2, 0) : likeliest ? logDensity(likeliest, z, label) : 0;
  const likeliestOf = (codes: readonly GivenCode[]) =>
    codes.reduce((most, code) => (density(code) > density(most) ? code : most));
  if (item.code !== undefined) {
    const z = codeFrom(item.code);
    if (z.length === latentDim && z.every((value) => Math.abs(value) <= MOST_VALUE))
      return accepted(likeliestOf(possible.map((label) => ({ z, label }))));
    return refused(
      'item.invalid',
      `Item ${place + 1} is no code of the model ${card.modelId}: ${latentDim} float32 numbers, little-endian, in base64.`,
    );
  }
  const given = await pixelsOf(item, card, place);
  if (!given.ok) return given;
  const encoded = await encode(Buffer.concat(possible.map(() => given.value)), Int32Array.from(possible));
  const read = possible.map((label, i) => ({ label, z: encoded.slice(i * latentDim, (i + 1) * latentDim) }));
  return accepted({ ...likeliestOf(read), pixels: given.value });
}

/**
 * Moves the code from the mean of its class to that of another class (Radford et al. 2016, "vector arithmetic"), and changes the class
 * input of a conditional model.
 */
function turnedInto(as: string | undefined, code: ReadCode, { card, mixture }: Model): Result<ReadCode> {
  if (as === undefined) return accepted(code);
  const other = labelOf(as, card);
  if (!other.ok) return other;
  const isTold = conditioningClasses(card) > 0;
  const fitted = mixture?.components.every(({ label }) => label !== null) ? mixture : undefined;
  const own = isTold ? code.label : likeliestClass(code.z, fitted);
  const target = other.value as number;
  const [from, to] = [meanOf(fitted, own), meanOf(fitted, target)];
  if (!isTold && !(from && to))
    return refused(
      'label.unavailable',
      `The model ${card.modelId} knows nothing of classes. Train with train.conditional=true.`,
    );
  const z = from && to ? code.z.map((value, d) => value + (to[d] as number) - (from[d] as number)) : code.z;
  return accepted({ ...code, z, label: isTold ? target : code.label });
}

function likeliestClass(z: Float32Array, mixture: LatentMixture | undefined): number {
  const labels = [...new Set(mixture?.components.map(({ label }) => label ?? -1))];
  const density = (label: number) => (mixture ? logDensity(mixture, z, label) : 0);
  return labels.reduce((best, label) => (density(label) > density(best) ? label : best), labels[0] ?? -1);
}

function meanOf(mixture: LatentMixture | undefined, label: number): Float64Array | undefined {
  const own = mixture?.components.filter((component) => component.label === label) ?? [];
  const total = own.reduce((sum, { weight }) => sum + weight, 0);
  if (!mixture || total === 0) return undefined;
  const mean = new Float64Array(mixture.latentDim);
  for (const { weight, mean: centre } of own)
    for (let d = 0; d < mean.length; d++) mean[d] = (mean[d] as number) + (weight / total) * (centre[d] as number);
  return mean;
}

function labelOf(name: string | undefined, { modelId, labels }: Model['card']): Result<number | undefined> {
  const label = name === undefined ? undefined : labels.indexOf(name);
  return label === -1
    ? refused('label.unknown', `The model ${modelId} has the labels ${labels.join(', ')}.`)
    : accepted(label);
}

/** float32, little-endian, in base64. */
function codeFrom(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  return Float32Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => bytes.readFloatLE(4 * i));
}

/**
 * Rows of weights over the codes to weighted means of codes and classes. Each row of weights adds up to more than 0. `isSpherical`: a
 * mean has the mean length of the codes, as points of a sphere have; means of many codes are else shorter than any code of the model.
 */
export function meansOf(
  codes: readonly GivenCode[],
  rows: readonly (readonly number[])[],
  classes: number,
  isSpherical = false,
): Latents {
  const latentDim = codes[0]?.z.length ?? 0;
  const z = new Float32Array(rows.length * latentDim);
  const classWeights = new Float32Array(rows.length * classes);
  const lengths = codes.map((code) => Math.hypot(...code.z));
  rows.forEach((weights, row) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let meanLength = 0;
    codes.forEach((code, i) => {
      const share = (weights[i] as number) / total;
      meanLength += share * (lengths[i] as number);
      code.z.forEach((value, d) => {
        z[row * latentDim + d] = (z[row * latentDim + d] as number) + share * value;
      });
      const at = row * classes + code.label;
      if (classes > 0 && code.label >= 0) classWeights[at] = (classWeights[at] as number) + share;
    });
    const own = z.subarray(row * latentDim, (row + 1) * latentDim);
    const length = Math.hypot(...own);
    if (isSpherical && length > 0) own.set(own.map((value) => (value * meanLength) / length));
  });
  const labels = new Int32Array(rows.length).fill(-1);
  return classes > 0 ? { z, labels, classWeights } : { z, labels };
}
