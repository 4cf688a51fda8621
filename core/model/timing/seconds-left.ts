// Estimates the remaining time of a training.

import type { TrainConfig } from '../../kinds/train-config.ts';
import type { EpochMetrics } from '../messages/run.ts';
import { keptForScoring } from './scoring-time.ts';

/** Seconds at most, by the pace of the last epoch and by the budget; undefined before the first epoch. */
export function secondsLeft(
  done: readonly EpochMetrics[],
  { epochs, budgetMinutes }: Pick<TrainConfig, 'epochs' | 'budgetMinutes'>,
): number | undefined {
  const last = done.at(-1);
  if (last === undefined) return undefined;
  const spent = done.reduce((sum, { seconds }) => sum + seconds, 0);
  const ofBudget =
    budgetMinutes === null ? Number.POSITIVE_INFINITY : budgetMinutes * 60 - keptForScoring(budgetMinutes) - spent;
  return Math.max(0, Math.min((epochs - last.epoch) * last.seconds, ofBudget));
}
