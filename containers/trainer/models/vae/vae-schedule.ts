// What a VAE's step is fed beside its batch.
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import { type Place, rateShare } from '../rate-schedule.ts';

export interface VaeFeeds {
  readonly learningRate: number;
  readonly beta: number;
}

type ScheduleSettings = Pick<ResolvedTrain, 'learningRate' | 'schedule' | 'epochs' | 'beta' | 'betaWarmup'>;

/** The rate by its schedule, and beta rising in a line (Sonderby et al. 2016). */
export function vaeFeeds(train: ScheduleSettings, place: Place): VaeFeeds {
  const warmupSteps = train.betaWarmup * place.stepsPerEpoch;
  const risen = warmupSteps === 0 ? 1 : Math.min(1, place.step / warmupSteps);
  return { learningRate: train.learningRate * rateShare(train, place), beta: train.beta * risen };
}
