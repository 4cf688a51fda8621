// Where a step of a photo model stands: which of the two stages it belongs to, and how far it moves the weights.
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import type { TrainingPosition } from '../rate-schedule.ts';

/** A VAE's share of the run before its critics come in. */
const CRITIC_FROM = 0.6;
/** The critics' stage moves the weights by this share of the reconstructive stage's rate. */
const CRITIC_RATE = 0.2;
const RISE_STEPS = 50;
/** A stage keeps its rate up to this share of itself; then it falls along a cosine to the last share. */
const KEPT_SHARE = 0.6;
const LAST_SHARE = 0.05;

export type PhotoFeeds = {
  readonly stage: 'reconstructive' | 'adversarial';
  /** Of encoder and decoder, and of the critics. */
  readonly learningRate: number;
};

/** `stageStep` counts the steps of the critics. */
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
