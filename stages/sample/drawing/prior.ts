// Where a request's latent vectors come from: the standard normal prior or the mixture stored with the model, and of which class.

import { normals, uniforms } from '#core/base/random.ts';
import { drawLatent, type LatentMixture } from '#core/model/latent-mixture.ts';
import type { ModelCard } from '#core/model/messages/card.ts';
import type { Prior } from '#core/model/messages/endpoint-api.ts';
import { accepted, type Result, refused } from '../problem.ts';

const SHOWN_LABELS = 20;

export type Law = {
  readonly latentDim: number;
  readonly prior: Prior;
  /** Present where the prior is the mixture. */
  readonly mixture: LatentMixture | undefined;
  /** Classes that the model is told of; 0 = none. */
  readonly told: number;
  /** The class that was asked for, by its place in the card's labels. */
  readonly label: number | undefined;
};

/** Row by row; `labels` are the classes that a conditional model is to draw, -1 elsewhere. */
export type Latents = { readonly z: Float32Array; readonly labels: Int32Array };

type Wish = { readonly prior?: Prior | undefined; readonly label?: string | undefined };
type SampleDraw = { readonly seed: number; readonly n: number; readonly temperature: number };

/** Without a wish it is the mixture where the model has one: it lies where the data lay, and the prior also where none did. */
export function lawOf(card: ModelCard, mixture: LatentMixture | undefined, wish: Wish): Result<Law> {
  const { latentDim, labels, modelId } = card;
  const told = toldClasses(card);
  const prior = wish.prior ?? (mixture ? 'mixture' : 'normal');
  if (prior === 'mixture' && !mixture) {
    return refused('prior.unavailable', `No mixture is stored with ${modelId}. Draw from the normal prior.`);
  }
  const law = { latentDim, prior, mixture: prior === 'mixture' ? mixture : undefined, told };
  if (wish.label === undefined) return accepted({ ...law, label: undefined });
  const label = labels.indexOf(wish.label);
  if (label < 0) return refused('label.unknown', `${modelId} knows ${listed(labels)}.`);
  const drawn = law.mixture?.components.some((component) => component.label === label) ?? false;
  if (told === 0 && !drawn) {
    return refused(
      'label.unavailable',
      mixture && prior === 'normal'
        ? `${modelId} tells classes apart by its mixture only: leave prior away.`
        : `${modelId} was not trained to draw one class. Train with train.conditional=true.`,
    );
  }
  return accepted({ ...law, label });
}

/** Each draw has a stream of its own: the k-th does not depend on how many there are. */
export function drawFrom(law: Law, { seed, n, temperature }: SampleDraw): Latents {
  const z = new Float32Array(n * law.latentDim);
  const labels = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const stream = `sample/${i}`;
    // Without components of its class, a conditional model is told the class and draws from all of them.
    const label = law.mixture?.components.some((component) => component.label === law.label) ? law.label : undefined;
    const draw = law.mixture
      ? drawLatent(law.mixture, { seed, stream, temperature, label })
      : { z: normals(seed, stream, law.latentDim).map((value) => value * temperature), label: null };
    z.set(draw.z, i * law.latentDim);
    labels[i] = law.told === 0 ? -1 : (law.label ?? draw.label ?? anyClass(seed, stream, law.told));
  }
  return { z, labels };
}

/** Classes that the model's exported half takes as an input. */
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
