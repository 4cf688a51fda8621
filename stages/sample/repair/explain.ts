// Finds the code with which a model reproduces the known part of an image.
import type { LatentMixture } from '#core/model/latent-mixture.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import type { Networks } from '../drawing/open-networks.ts';
import { toBytes } from './compare-ways.ts';
import { fitCodes } from './fit-code.ts';
import type { Hole } from './heal.ts';
import type { CodePrior } from './slopes.ts';

/**
 * Number of passes through encoder and decoder; each fills the hole with the last result (Rezende et al. 2014, section 5.3).
 */
const PASSES = 4;

type Explained = {
  /** In [0, 1]. */
  readonly image: Float32Array;
  /** What is unknown. Of several, each holds all places of the next, whose fit goes on where its own ended. */
  readonly holes: readonly Hole[];
  /** The image with something in the first hole. */
  readonly filled: Float32Array;
  readonly label: number;
};

/** Returns for each hole the image of the code that explains best what is known. */
export async function explain(
  networks: Networks,
  { image, holes, filled, label }: Explained,
): Promise<readonly Float32Array[]> {
  const { card, encode, mixture } = networks;
  const { channels } = card.input;
  const decode = decodeOf(networks, label);
  const isIn = (hole: Hole | undefined, i: number) => hole?.[Math.floor(i / channels)] === 1;
  const current = filled.slice();
  const widest = holes[0];
  let start = await encode(toBytes(current), Int32Array.of(label));
  for (let pass = 1; pass < PASSES && widest?.includes(1); pass++) {
    const drawn = await decode([start]);
    for (let i = 0; i < current.length; i++) if (isIn(widest, i)) current[i] = drawn[i] as number;
    start = await encode(toBytes(current), Int32Array.of(label));
  }
  const weights = holes.map((hole) => Float32Array.from(image, (_, i) => Number(!isIn(hole, i))));
  const codes = await fitCodes({ target: image, weights, start, prior: codePriorOf(card, mixture, label), decode });
  return Promise.all(codes.map((code) => decode([code])));
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
