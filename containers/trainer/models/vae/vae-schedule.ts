// The feeds of a step of a VAE beside its batch.
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import { rateShare, type TrainingPosition } from '../rate-schedule.ts';

export type VaeFeeds = {
  readonly learningRate: number;
  readonly beta: number;
};

type ScheduleSettings = Pick<ResolvedTrain, 'learningRate' | 'schedule' | 'epochs' | 'beta' | 'betaWarmup'>;

/** Returns the learning rate by its schedule, and beta, which rises linearly (Sonderby et al. 2016). */
export function vaeFeeds(train: ScheduleSettings, position: TrainingPosition): VaeFeeds {
  const warmupSteps = train.betaWarmup * position.stepsPerEpoch;
  const risen = warmupSteps === 0 ? 1 : Math.min(1, position.step / warmupSteps);
  return { learningRate: train.learningRate * rateShare(train, position), beta: train.beta * risen };
}
