// The learning rate as a share of its maximum, computed from the position of a step alone, so that a resumed run continues exactly.
import type { ResolvedTrain } from '#core/model/resolve-train.ts';

/** The share at which a cosine ends. */
const LAST_SHARE = 0.01;
/**
 * A cosine schedule warms up over this share of the run: Adam's first steps are as long as later ones, from less knowledge of the gradient.
 */
const RISE_SHARE = 0.02;
const FIRST_SHARE = 0.1;

/**
 * Half-life of an average, at most, as a share of the steps done: the average of a short run must not consist of its first weights.
 */
const HALF_LIFE_SHARE = 0.05;

/** Position of a step in the training. `budgetSpent` is a share, 0 without a budget. */
export type TrainingPosition = {
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly budgetSpent: number;
};

/**
 * Returns 1, or a half cosine over all epochs or the budget, whichever ends first (Loshchilov and Hutter 2017), after a short warm-up.
 */
export function rateShare(
  { schedule, epochs }: Pick<ResolvedTrain, 'schedule' | 'epochs'>,
  position: TrainingPosition,
): number {
  if (schedule === 'constant') return 1;
  const done = shareDone(epochs, position);
  const risen = Math.min(1, FIRST_SHARE + ((1 - FIRST_SHARE) * done) / RISE_SHARE);
  return risen * (LAST_SHARE + ((1 - LAST_SHARE) * (1 + Math.cos(Math.PI * done))) / 2);
}

function shareDone(epochs: number, { step, stepsPerEpoch, budgetSpent }: TrainingPosition): number {
  return Math.min(1, Math.max(step / (epochs * stepsPerEpoch), budgetSpent));
}

/**
 * The averages are updated at each of the first steps, then once in several steps: an update costs as much memory traffic as a small
 * optimizer.
 */
const STEPS_FOLLOWED = 256;
const AVERAGE_EVERY = 4;

/**
 * Returns the share of the averaged weights that remains after a step, by the rule of averageDecay; undefined for a step without an update.
 */
export function strideDecay(highest: number, step: number): number | undefined {
  if (step <= STEPS_FOLLOWED) return averageDecay(highest, step);
  return step % AVERAGE_EVERY === 0 ? averageDecay(highest, step) ** AVERAGE_EVERY : undefined;
}

/**
 * Returns the share of the averaged weights that remains after a step; the first step is 1 (the ramp of Karras et al. 2020, StyleGAN2-ADA).
 */
export function averageDecay(highest: number, step: number): number {
  return Math.min(highest, 0.5 ** (1 / (HALF_LIFE_SHARE * step)));
}
