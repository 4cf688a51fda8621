// The position of a step of a photo model: its stage, and its learning rate.
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import type { TrainingPosition } from '../rate-schedule.ts';

/** Share of the run of a VAE before the critics start. */
const CRITIC_FROM = 0.5;
/** Learning rate of the adversarial stage as a share of that of the reconstructive stage. */
const CRITIC_RATE = 0.2;
const RISE_STEPS = 50;
/**
 * The learning rate of a stage stays constant up to this share of the stage, then falls along a cosine to the last share.
 */
const KEPT_SHARE = 0.6;
const LAST_SHARE = 0.05;

export type PhotoFeeds = {
  readonly stage: 'reconstructive' | 'adversarial';
  /** Learning rate of encoder, decoder and critics. */
  readonly learningRate: number;
};

/** Returns the feeds of a step. `stageStep` counts the steps of the critics. */
export function photoFeeds(
  train: Pick<ResolvedTrain, 'model' | 'learningRate' | 'epochs'>,
  position: TrainingPosition & { readonly criticSteps: number },
): PhotoFeeds {
  const share = Math.min(1, Math.max(position.step / (train.epochs * position.stepsPerEpoch), position.budgetSpent));
  const isEncoding = train.model === 'vae';
  const isCritical = !isEncoding || share >= CRITIC_FROM;
  const within = !isEncoding ? share : isCritical ? (share - CRITIC_FROM) / (1 - CRITIC_FROM) : share / CRITIC_FROM;
  const steps = isCritical ? position.criticSteps : position.step;
  const risen = Math.min(1, (steps + 1) / RISE_STEPS);
  const rate = train.learningRate * (isEncoding && isCritical ? CRITIC_RATE : 1);
  return { stage: isCritical ? 'adversarial' : 'reconstructive', learningRate: rate * risen * fallen(within) };
}

function fallen(share: number): number {
  if (share < KEPT_SHARE) return 1;
  const falling = (1 + Math.cos((Math.PI * (share - KEPT_SHARE)) / (1 - KEPT_SHARE))) / 2;
  return Math.max(LAST_SHARE, falling);
}
