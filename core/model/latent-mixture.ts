// A mixture of Gaussians over the latent space of a VAE, stored with the model and used for sampling.
import * as z from 'zod';
import { truncatedNormals, uniforms } from '../base/random.ts';

export const LATENTS_FILE = 'latents.json';

const Covariance = z.enum(['diagonal', 'full']);
type Covariance = z.infer<typeof Covariance>;

const Component = z.strictObject({
  /** Weight of the component; all weights add up to 1. */
  weight: z.number().min(0).max(1),
  /** Class of the items it was fitted to, as an index into the card's `labels`; null if fitted to all classes. */
  label: z.int().min(0).nullable(),
  mean: z.array(z.number()),
  /** `diagonal`: standard deviations. `full`: rows of the lower Cholesky factor of the covariance. */
  factor: z.array(z.number()),
});
export type Component = z.infer<typeof Component>;

/** Components may share a factor: they name its place among `factors`, from 0, in the stored form. */
const SharedFactors = z.object({
  schemaVersion: z.literal(2),
  factors: z.array(z.array(z.number())),
  components: z.array(z.looseObject({ factor: z.int().min(0) })),
});

/** models/<ds>/<modelId>/latents.json */
const Mixture = z
  .strictObject({
    schemaVersion: z.literal(1),
    latentDim: z.int().min(1),
    covariance: Covariance,
    components: z.array(Component).min(1),
  })
  .refine(
    ({ latentDim, covariance, components }) =>
      components.every(
        ({ mean, factor }) => mean.length === latentDim && factor.length === factorLength(latentDim, covariance),
      ),
    'a component is not of latentDim dimensions',
  );

/** Reads both stored forms; in memory every component has its factor. */
export const LatentMixture = z.preprocess(withFactors, Mixture);
export type LatentMixture = z.infer<typeof LatentMixture>;

export type LatentDraw = {
  readonly z: Float32Array;
  /** Label of the component it was drawn from. */
  readonly label: number | null;
};

export type MixtureDraw = {
  readonly seed: number;
  readonly stream: string;
  readonly temperature: number;
  readonly truncation?: number | undefined;
  readonly label?: number | undefined;
};

function withFactors(stored: unknown): unknown {
  const { data } = SharedFactors.safeParse(stored);
  if (!data) return stored;
  const { factors, components, ...rest } = { ...(stored as object), ...data };
  return { ...rest, schemaVersion: 1, components: components.map((one) => ({ ...one, factor: factors[one.factor] })) };
}

/** The stored form: a factor that components share, as one array, is written once. */
export function storedMixture(mixture: LatentMixture): unknown {
  const factors = [...new Set(mixture.components.map(({ factor }) => factor))];
  if (factors.length === mixture.components.length) return mixture;
  const places = new Map(factors.map((factor, place) => [factor, place]));
  const components = mixture.components.map((one) => ({ ...one, factor: places.get(one.factor) }));
  return { ...mixture, schemaVersion: 2, factors, components };
}

/** Returns the number of values in a component's `factor`. */
export function factorLength(latentDim: number, covariance: Covariance): number {
  return covariance === 'diagonal' ? latentDim : (latentDim * (latentDim + 1)) / 2;
}

/**
 * Draws one latent vector, from the components of `label` if it is given. The same (seed, stream) gives the same vector. `temperature`
 * scales the deviations from the component's mean, `truncation` limits them in standard deviations. Throws RangeError if no component has
 * the label.
 */
export function drawLatent(
  { latentDim, covariance, components }: LatentMixture,
  { seed, stream, temperature, truncation, label }: MixtureDraw,
): LatentDraw {
  const eligible = label === undefined ? components : components.filter((component) => component.label === label);
  if (eligible.length === 0) throw new RangeError(`no component has the label ${label}`);
  const [share = 0] = uniforms(seed, `${stream}/component`, 1);
  const chosen = choose(eligible, share);
  const noise = truncatedNormals(seed, stream, latentDim, truncation).map((value) => value * temperature);
  const z = Float32Array.from(chosen.mean, (mean, row) => {
    if (covariance === 'diagonal') return mean + (chosen.factor[row] as number) * (noise[row] as number);
    const first = (row * (row + 1)) / 2;
    let sum = mean;
    for (let column = 0; column <= row; column++)
      sum += (chosen.factor[first + column] as number) * (noise[column] as number);
    return sum;
  });
  return { z, label: chosen.label };
}

function choose(components: readonly Component[], share: number): Component {
  const total = components.reduce((sum, { weight }) => sum + weight, 0);
  let left = share * total;
  for (const component of components) {
    left -= component.weight;
    if (left < 0) return component;
  }
  return components.at(-1) as Component;
}
