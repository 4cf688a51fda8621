// Draws the latent vectors of a request: from the standard normal prior or from the mixture stored with the model, for
// one class or any.

import { normals, uniforms } from '#core/base/random.ts';
import { drawLatent, type LatentMixture } from '#core/model/latent-mixture.ts';
import type { ModelCard } from '#core/model/messages/card.ts';
import type { Prior } from '#core/model/messages/endpoint-api.ts';
import { accepted, type Result, refused } from '../problem.ts';

const SHOWN_LABELS = 20;

export type Law = {
  readonly latentDim: number;
  readonly prior: Prior;
  /** Set if the latent vectors are drawn from the mixture. */
  readonly mixture: LatentMixture | undefined;
  /** Number of classes that the model is conditioned on; 0 for an unconditional model. */
  readonly told: number;
  /** Requested class, as an index into the card's labels. */
  readonly label: number | undefined;
};

/** `z`: [n, latentDim]. `labels`: the class of each row for a conditional model, otherwise -1. */
export type Latents = { readonly z: Float32Array; readonly labels: Int32Array };

type Wish = { readonly prior?: Prior | undefined; readonly label?: string | undefined };
type SampleDraw = { readonly seed: number; readonly n: number; readonly temperature: number };

/**
 * Chooses the distribution of the latent vectors. The default is the mixture if the model has one: it covers the
 * training data, while the prior also covers regions without data.
 */
export function lawOf(card: ModelCard, mixture: LatentMixture | undefined, wish: Wish): Result<Law> {
  const { latentDim, labels, modelId } = card;
  const told = toldClasses(card);
  const prior = wish.prior ?? (mixture ? 'mixture' : 'normal');
  if (prior === 'mixture' && !mixture) {
    return refused('prior.unavailable', `The model ${modelId} has no mixture. Use prior=normal.`);
  }
  const law = { latentDim, prior, mixture: prior === 'mixture' ? mixture : undefined, told };
  if (wish.label === undefined) return accepted({ ...law, label: undefined });
  const label = labels.indexOf(wish.label);
  if (label < 0) return refused('label.unknown', `The model ${modelId} has ${listed(labels)}.`);
  const drawn = law.mixture?.components.some((component) => component.label === label) ?? false;
  if (told === 0 && !drawn) {
    return refused(
      'label.unavailable',
      mixture && prior === 'normal'
        ? `The model ${modelId} selects classes by its mixture only. Omit prior, or use prior=mixture.`
        : `The model ${modelId} is unconditional and cannot draw a single class. Train with train.conditional=true.`,
    );
  }
  return accepted({ ...law, label });
}

/** Draws n latent vectors. Each draw has a random stream of its own, so the k-th does not depend on n. */
export function drawFrom(law: Law, { seed, n, temperature }: SampleDraw): Latents {
  const z = new Float32Array(n * law.latentDim);
  const labels = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const stream = `sample/${i}`;
    // If the mixture has no component of the class, draws come from all components and only the model is conditioned on
    // the class.
    const label = law.mixture?.components.some((component) => component.label === law.label) ? law.label : undefined;
    const draw = law.mixture
      ? drawLatent(law.mixture, { seed, stream, temperature, label })
      : { z: normals(seed, stream, law.latentDim).map((value) => value * temperature), label: null };
    z.set(draw.z, i * law.latentDim);
    labels[i] = law.told === 0 ? -1 : (law.label ?? draw.label ?? anyClass(seed, stream, law.told));
  }
  return { z, labels };
}

/** Returns how many classes the exported decoder or generator takes as an input. */
export function toldClasses({ labels, train }: Pick<ModelCard, 'labels' | 'train'>): number {
  return train.conditional === true && labels.length > 1 ? labels.length : 0;
}

export function anyClass(seed: number, stream: string, classes: number): number {
  return Math.floor((uniforms(seed, `${stream}/class`, 1)[0] as number) * classes);
}

function listed(labels: readonly string[]): string {
  if (labels.length === 0) return 'no labels';
  const more = labels.length > SHOWN_LABELS ? ` and ${labels.length - SHOWN_LABELS} more` : '';
  return `the labels ${labels.slice(0, SHOWN_LABELS).join(', ')}${more}`;
}
