// The codes and classes of images that a request brings along, and what lies between them.
import type { LatentMixture } from '#core/model/latent-mixture.ts';
import { logDensity } from '#core/model/log-density.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import type { GivenItem } from '#core/model/messages/endpoint-api.ts';
import { accepted, type Result, refused } from '../problem.ts';
import type { Encoder } from './encoder.ts';
import { conditioningClasses, type Latents } from './prior.ts';

/** Of one image; `label` is -1 where the model is told of no class. */
export type GivenCode = { readonly z: Float32Array; readonly label: number };

type Model = { readonly card: CardOf<'image'>; readonly mixture: LatentMixture | undefined; readonly encoder: Encoder };

/** Refuses images of another size, classes that the model does not have, and an image whose class cannot be told. */
export async function codesOf(
  items: readonly GivenItem[],
  { card, mixture, encoder }: Model,
): Promise<Result<GivenCode[]>> {
  const { modelId, labels, latentDim } = card;
  const { width, height, channels } = card.input;
  const codes: GivenCode[] = [];
  for (const [place, item] of items.entries()) {
    const pixels = Buffer.from(item.pixels, 'base64');
    if (pixels.length !== width * height * channels)
      return refused(
        'item.wrong-size',
        `Image ${place + 1} has ${pixels.length} bytes; the model ${modelId} reads ${height} x ${width} x ${channels} = ${width * height * channels}.`,
      );
    const named = item.label === undefined ? undefined : labels.indexOf(item.label);
    if (named === -1) return refused('label.unknown', `The model ${modelId} has the labels ${labels.join(', ')}.`);
    const possible = conditioningClasses(card) === 0 ? [-1] : named === undefined ? [...labels.keys()] : [named];
    const likeliest = mixture?.components.every(({ label }) => label !== null) ? mixture : undefined;
    if (possible.length > 1 && !likeliest)
      return refused('label.needed', `Give image ${place + 1} a label: ${labels.join(', ')}.`);
    const repeated = Buffer.concat(possible.map(() => pixels));
    const encoded = await encoder.encode(repeated, Int32Array.from(possible));
    const read = possible.map((label, i) => ({ label, z: encoded.slice(i * latentDim, (i + 1) * latentDim) }));
    const density = ({ z, label }: GivenCode) => (likeliest ? logDensity(likeliest, z, label) : 0);
    codes.push(read.reduce((best, code) => (density(code) > density(best) ? code : best)));
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
