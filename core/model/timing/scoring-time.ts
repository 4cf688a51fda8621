// The part of a run's budget that is kept for what follows the training: scoring the model and exporting it.

const SHARE = 0.2;
const MOST_SECONDS = 300;

/** Returns the seconds of a budget, in minutes, in which nothing is trained. */
export function keptForScoring(budgetMinutes: number): number {
  return Math.min(budgetMinutes * 60 * SHARE, MOST_SECONDS);
}
