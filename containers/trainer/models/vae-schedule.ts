// What a VAE's step is fed beside its batch, computed from the step alone: a resumed run goes on as if never stopped.
import type { ResolvedTrain } from '#core/resolve-train.ts';

/** Share of the learning rate that a cosine ends with. */
const LAST_SHARE = 0.01;

export interface VaeFeeds {
  readonly learningRate: number;
  readonly beta: number;
}

type ScheduleSettings = Pick<ResolvedTrain, 'learningRate' | 'schedule' | 'epochs' | 'beta' | 'betaWarmup'>;

/** A half cosine over all epochs (Loshchilov and Hutter 2017), and beta rising in a line (Sonderby et al. 2016). */
export function vaeFeeds(train: ScheduleSettings, step: number, stepsPerEpoch: number): VaeFeeds {
  const done = Math.min(1, step / (train.epochs * stepsPerEpoch));
  const share =
    train.schedule === 'constant' ? 1 : LAST_SHARE + ((1 - LAST_SHARE) * (1 + Math.cos(Math.PI * done))) / 2;
  const warmupSteps = train.betaWarmup * stepsPerEpoch;
  const risen = warmupSteps === 0 ? 1 : Math.min(1, step / warmupSteps);
  return { learningRate: train.learningRate * share, beta: train.beta * risen };
}
