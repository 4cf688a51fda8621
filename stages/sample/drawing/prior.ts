// Draws the latent vectors of a request: from the standard normal prior, from the mixture stored with the model, or from the
// base space of the flow that is a part of its decoder, for one class or any.

import { truncatedNormals, uniforms } from '#core/base/random.ts';
import { drawLatent, type LatentMixture } from '#core/model/latent-mixture.ts';
import type { ModelCard } from '#core/model/messages/card.ts';
import { defaultPrior, type Prior } from '#core/model/messages/latent-facts.ts';
import { classesRead } from '#core/model/resolve-train.ts';
import { accepted, type Result, refused } from '../problem.ts';

const SHOWN_LABELS = 20;

export type LatentDistribution = {
  readonly latentDim: number;
  readonly prior: Prior;
  /** Set if the latent vectors are drawn from the mixture. */
  readonly mixture: LatentMixture | undefined;
  /** Number of classes that the model is conditioned on; 0 for an unconditional model. */
  readonly classes: number;
  /** Share of each class in training and, last, of items without one; absent if all classes are drawn alike. */
  readonly classShares?: readonly number[] | undefined;
  /** Requested class, as an index into the card's labels. */
  readonly label: number | undefined;
};

export type Latents = {
  /** [n, latentDim] */
  readonly z: Float32Array;
  /** The class of each row for a conditional model, otherwise -1. */
  readonly labels: Int32Array;
  /** [n, classes]: shares of the classes in each row, where a row has more than one; `labels` then does not count. */
  readonly classWeights?: Float32Array | undefined;
};

/** Returns the rows at some places. */
export function latentsAt({ z, labels }: Latents, places: readonly number[]): Latents {
  const latentDim = z.length / labels.length;
  const chosen = new Float32Array(places.length * latentDim);
  for (const [row, place] of places.entries())
    chosen.set(z.subarray(place * latentDim, (place + 1) * latentDim), row * latentDim);
  return { z: chosen, labels: Int32Array.from(places, (place) => labels[place] as number) };
}

type DrawRequest = {
  /** `base`: the space in which vectors are standard normal, that of the flow where there is one. */
  readonly prior?: Prior | 'base' | undefined;
  readonly label?: string | undefined;
};
type SampleDraw = {
  readonly seed: number;
  readonly n: number;
  /** Draws before the first one that is returned. @default 0 */
  readonly first?: number;
  readonly temperature: number;
  readonly truncation?: number | undefined;
};

/** Chooses the distribution of the latent vectors. The default is the one that won on held-out items, as the card says. */
export function latentDistribution(
  card: ModelCard,
  mixture: LatentMixture | undefined,
  request: DrawRequest,
): Result<LatentDistribution> {
  const { latentDim, labels, modelId } = card;
  const classes = conditioningClasses(card);
  const preferred = defaultPrior(card.latent);
  const isFlow = preferred === 'flow';
  const base = isFlow ? 'flow' : 'normal';
  const prior = request.prior === 'base' ? base : (request.prior ?? preferred);
  if (isFlow !== (prior === 'flow') || (prior === 'mixture' && !mixture)) {
    return refused('prior.unavailable', `The model ${modelId} has no ${prior} prior. Use prior=${preferred}.`);
  }
  const distribution = {
    ...{ latentDim, prior, mixture: prior === 'mixture' ? mixture : undefined, classes },
    classShares: card.latent?.classShares,
  };
  if (request.label === undefined) return accepted({ ...distribution, label: undefined });
  const label = labels.indexOf(request.label);
  if (label < 0) return refused('label.unknown', `The model ${modelId} has ${listed(labels)}.`);
  const drawn = distribution.mixture?.components.some((component) => component.label === label) ?? false;
  if (classes === 0 && !drawn) {
    return refused(
      'label.unavailable',
      mixture && prior === 'normal'
        ? `The model ${modelId} selects classes by its mixture only. Omit prior, or use prior=mixture.`
        : `The model ${modelId} is unconditional and cannot draw a single class. Train with train.conditional=true.`,
    );
  }
  return accepted({ ...distribution, label });
}

/** Draws n latent vectors. Each draw has a random stream of its own, so the k-th does not depend on n. */
export function drawFrom(
  distribution: LatentDistribution,
  { seed, n, first = 0, temperature, truncation }: SampleDraw,
): Latents {
  const z = new Float32Array(n * distribution.latentDim);
  const labels = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const stream = `sample/${first + i}`;
    // If the mixture has no component of the class, draws come from all components and only the model is conditioned on
    // the class.
    const label = distribution.mixture?.components.some((component) => component.label === distribution.label)
      ? distribution.label
      : undefined;
    const draw = distribution.mixture
      ? drawLatent(distribution.mixture, { seed, stream, temperature, truncation, label })
      : {
          z: truncatedNormals(seed, stream, distribution.latentDim, truncation).map((value) => value * temperature),
          label: null,
        };
    z.set(draw.z, i * distribution.latentDim);
    labels[i] =
      distribution.classes === 0 ? -1 : (distribution.label ?? draw.label ?? anyClass(seed, stream, distribution));
  }
  return { z, labels };
}

/** Returns how many classes the exported decoder or generator takes as an input. */
export function conditioningClasses({ labels, train, latent }: Pick<ModelCard, 'labels' | 'train' | 'latent'>): number {
  const conditional = train.conditional === true && labels.length > 1;
  return classesRead({ conditional, prior: defaultPrior(latent) }, labels.length);
}

/** Draws a class by the shares that classes had in training; -1 stands for items without one. */
export function anyClass(
  seed: number,
  stream: string,
  { classes, classShares }: Pick<LatentDistribution, 'classes' | 'classShares'>,
): number {
  const [share = 0] = uniforms(seed, `${stream}/class`, 1);
  if (classShares === undefined) return Math.floor(share * classes);
  let left = share;
  const chosen = classShares.findIndex((each) => {
    left -= each;
    return left < 0;
  });
  return chosen === classes ? -1 : Math.max(chosen, 0);
}

function listed(labels: readonly string[]): string {
  if (labels.length === 0) return 'no labels';
  const more = labels.length > SHOWN_LABELS ? ` and ${labels.length - SHOWN_LABELS} more` : '';
  return `the labels ${labels.slice(0, SHOWN_LABELS).join(', ')}${more}`;
}
