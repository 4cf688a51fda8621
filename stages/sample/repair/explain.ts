// Finds the code with which a model reproduces the known part of an image.
import type { LatentMixture } from '#core/model/latent-mixture.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import type { GivenCode } from '../drawing/given-items.ts';
import type { Networks } from '../drawing/open-networks.ts';
import { toBytes } from './compare-ways.ts';
import { type CodePrior, fitCode } from './fit-code.ts';
import type { Hole } from './heal.ts';

/**
 * Number of passes through encoder and decoder; each fills the hole with the last result (Rezende et al. 2014, section 5.3).
 */
const PASSES = 4;

/** The code that explains the known part of an image best, and its image. `filled`: the image with something in the hole. */
export async function explain(
  networks: Networks,
  filled: Float32Array,
  hole: Hole,
  label: number,
): Promise<{ readonly code: GivenCode; readonly image: Float32Array }> {
  const { card, encode, mixture } = networks;
  const { channels } = card.input;
  const decode = decodeOf(networks, label);
  const current = filled.slice();
  const isHoled = hole.includes(1);
  let start = await encode(toBytes(current), Int32Array.of(label));
  for (let pass = 1; pass < PASSES && isHoled; pass++) {
    const drawn = await decode([start]);
    for (let i = 0; i < current.length; i++) if (hole[Math.floor(i / channels)] === 1) current[i] = drawn[i] as number;
    start = await encode(toBytes(current), Int32Array.of(label));
  }
  const prior = codePriorOf(card, mixture, label);
  const weight = Float32Array.from(filled, (_, i) => 1 - (hole[Math.floor(i / channels)] as number));
  const z = await fitCode({ target: filled, weight, start, prior, decode });
  return { code: { z, label }, image: await decode([z]) };
}

/** Returns a function that draws one image of the class for each code, in [0, 1]. */
export function decodeOf({ card: { latentDim }, decoder }: Pick<Networks, 'card' | 'decoder'>, label: number) {
  return (codes: readonly Float32Array[]): Promise<Float32Array> => {
    const z = new Float32Array(codes.length * latentDim);
    codes.forEach((code, i) => {
      z.set(code, i * latentDim);
    });
    return decoder.values({ z, labels: new Int32Array(codes.length).fill(label) });
  };
}

/**
 * Returns the mean and deviation of each latent dimension: those of the class's mixture, or of the standard normal prior.
 */
export function codePriorOf(
  { latentDim }: Pick<CardOf<'image' | 'audio'>, 'latentDim'>,
  mixture: LatentMixture | undefined,
  label: number,
): CodePrior {
  const mean = new Float64Array(latentDim);
  const variance = new Float64Array(latentDim);
  if (!mixture) return { mean, deviation: variance.fill(1) };
  const own = mixture.components.filter((component) => component.label === label);
  const components = own.length > 0 ? own : mixture.components;
  const total = components.reduce((sum, { weight }) => sum + weight, 0);
  const isFull = mixture.covariance === 'full';
  for (let d = 0; d < latentDim; d++) {
    let [first, second] = [0, 0];
    for (const { weight, mean: centre, factor } of components) {
      const at = centre[d] as number;
      const row = isFull ? factor.slice((d * (d + 1)) / 2, ((d + 1) * (d + 2)) / 2) : [factor[d] as number];
      const within = row.reduce((sum, value) => sum + value * value, 0);
      first += (weight / total) * at;
      second += (weight / total) * (at * at + within);
    }
    mean[d] = first;
    variance[d] = Math.max(second - first * first, 1e-6);
  }
  return { mean, deviation: variance.map(Math.sqrt) };
}
