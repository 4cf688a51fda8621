// The codes and classes of images that a request brings along, and what lies between them.
import type { LatentMixture } from '#core/model/latent-mixture.ts';
import { logDensity } from '#core/model/log-density.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import type { GivenItem } from '#core/model/messages/endpoint-api.ts';
import { defaultPrior } from '#core/model/messages/latent-facts.ts';
import { accepted, type Result, refused } from '../problem.ts';
import type { Encoder } from './encoder.ts';
import { pixelsOf } from './given-pixels.ts';
import { conditioningClasses, type Latents } from './prior.ts';

/** Of one image; `label` is -1 where the model is told of no class. */
export type GivenCode = { readonly z: Float32Array; readonly label: number };
export type ReadCode = GivenCode & { readonly pixels: Uint8Array };

type Model = { readonly card: CardOf<'image'>; readonly mixture: LatentMixture | undefined; readonly encoder: Encoder };

/**
 * Refuses images of another size, classes that the model does not have, and an image whose class cannot be told. A flow maps codes of
 * its class to standard normal vectors, so the class under which the vector is shortest counts as the likeliest.
 */
export async function codesOf(
  items: readonly GivenItem[],
  { card, mixture, encoder }: Model,
): Promise<Result<ReadCode[]>> {
  const { modelId, labels, latentDim } = card;
  const codes: ReadCode[] = [];
  const isFlow = defaultPrior(card.latent) === 'flow';
  for (const [place, item] of items.entries()) {
    const given = await pixelsOf(item, card, place);
    if (!given.ok) return given;
    const pixels = given.value;
    const named = item.label === undefined ? undefined : labels.indexOf(item.label);
    if (named === -1) return refused('label.unknown', `The model ${modelId} has the labels ${labels.join(', ')}.`);
    const possible = conditioningClasses(card) === 0 ? [-1] : named === undefined ? [...labels.keys()] : [named];
    const likeliest = mixture?.components.every(({ label }) => label !== null) ? mixture : undefined;
    if (possible.length > 1 && !likeliest && !isFlow)
      return refused('label.needed', `Give image ${place + 1} a label: ${labels.join(', ')}.`);
    const repeated = Buffer.concat(possible.map(() => pixels));
    const encoded = await encoder.encode(repeated, Int32Array.from(possible));
    const read = possible.map((label, i) => ({ label, z: encoded.slice(i * latentDim, (i + 1) * latentDim) }));
    const density = ({ z, label }: GivenCode) =>
      isFlow ? -z.reduce((sum, value) => sum + value ** 2, 0) : likeliest ? logDensity(likeliest, z, label) : 0;
    const best = read.reduce((most, code) => (density(code) > density(most) ? code : most));
    codes.push({ ...best, pixels });
  }
  return accepted(codes);
}

/** Rows of weights over the codes to weighted means of codes and classes. Each row of weights adds up to more than 0. */
export function meansOf(codes: readonly GivenCode[], rows: readonly (readonly number[])[], classes: number): Latents {
  const latentDim = codes[0]?.z.length ?? 0;
  const z = new Float32Array(rows.length * latentDim);
  const classWeights = new Float32Array(rows.length * classes);
  rows.forEach((weights, row) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    codes.forEach((code, i) => {
      const share = (weights[i] as number) / total;
      code.z.forEach((value, d) => {
        z[row * latentDim + d] = (z[row * latentDim + d] as number) + share * value;
      });
      const at = row * classes + code.label;
      if (classes > 0 && code.label >= 0) classWeights[at] = (classWeights[at] as number) + share;
    });
  });
  const labels = new Int32Array(rows.length).fill(-1);
  return classes > 0 ? { z, labels, classWeights } : { z, labels };
}
