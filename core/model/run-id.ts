// Ids of runs and names of executions. They are hashes of the input, so a repeated request finds the existing run.

import { hashOf } from '../base/hash.ts';
import type { TrainConfig } from '../kinds/train-config.ts';
import type { TrainingJob } from '../snapshot/messages.ts';

const HASH_CHARACTERS = 12;

/** The same snapshot with the same settings is the same run. */
export function runIdOf(snapshotId: string, train: TrainConfig): string {
  return `${train.model}-${hashOf({ snapshotId, train }).slice(0, HASH_CHARACTERS)}`;
}

/**
 * Returns at most 80 characters of a-z, 0-9 and -, as Step Functions requires. Snapshot ids depend on the dataset, so this id does too.
 */
export function executionNameOf({ runId, attempt }: Pick<TrainingJob, 'runId' | 'attempt'>): string {
  return `${runId}-attempt-${attempt}`;
}
