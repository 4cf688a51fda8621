// The learning rate's share of its full height, computed from a step's position alone: a resumed run goes on as if never stopped.
import type { ResolvedTrain } from '#core/model/resolve-train.ts';

/** Share that a cosine ends with. */
const LAST_SHARE = 0.01;
/** A cosine begins with a rise over this share of the run: Adam's first steps are as long as its later ones, and know less. */
const RISE_SHARE = 0.02;
const FIRST_SHARE = 0.1;

/** Of the steps done: an average reaches back no farther by half, so that a short run's is not that of its first weights. */
const HALF_LIFE_SHARE = 0.05;

/** Where a step stands: `budgetSpent` is a share, 0 where the run has no budget. */
export type TrainingPosition = {
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly budgetSpent: number;
};

/** 1, or a half cosine over all epochs or the budget, whichever ends first (Loshchilov and Hutter 2017), after a short rise. */
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

/** Averages follow each of the first steps, then one in so many: moving them costs as much memory traffic as a small optimizer. */
const STEPS_FOLLOWED = 256;
const AVERAGE_EVERY = 4;

/** What averaged weights keep after a step, by the same rule as averageDecay; undefined where they are left as they are. */
export function strideDecay(highest: number, step: number): number | undefined {
  if (step <= STEPS_FOLLOWED) return averageDecay(highest, step);
  return step % AVERAGE_EVERY === 0 ? averageDecay(highest, step) ** AVERAGE_EVERY : undefined;
}

/** What averaged weights keep in a step, 1 being the first (the ramp of Karras et al. 2020, StyleGAN2-ADA). */
export function averageDecay(highest: number, step: number): number {
  return Math.min(highest, 0.5 ** (1 / (HALF_LIFE_SHARE * step)));
}
