// The epoch that a run keeps: the one with the lowest selecting figure on the validation split.
import type { EpochMetrics } from './messages/run.ts';

/** Undefined where there is no epoch. The first of equals. */
export function bestEpoch(epochs: readonly EpochMetrics[]): EpochMetrics | undefined {
  return epochs.reduce<EpochMetrics | undefined>(
    (best, one) => (best && selectedOf(best) <= selectedOf(one) ? best : one),
    undefined,
  );
}

function selectedOf({ selection, validation }: EpochMetrics): number {
  return validation[selection] ?? Number.POSITIVE_INFINITY;
}
