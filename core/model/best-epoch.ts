// Selects the epoch that a run keeps: the one with the lowest selection metric on the validation split.
import type { EpochMetrics } from './messages/run.ts';

/** Returns the best epoch, the first among equals; undefined if there is none. */
export function bestEpoch(epochs: readonly EpochMetrics[]): EpochMetrics | undefined {
  return epochs.reduce<EpochMetrics | undefined>(
    (best, one) => (best && selectedOf(best) <= selectedOf(one) ? best : one),
    undefined,
  );
}

function selectedOf({ selection, validation }: EpochMetrics): number {
  return validation[selection] ?? Number.POSITIVE_INFINITY;
}
