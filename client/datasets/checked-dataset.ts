// Checks the name of a dataset before anything is asked of a deployment.
import { DATASET_NAME } from '#core/store/keys.ts';
import { ClientFailure, EXIT } from '../failure.ts';

/** Returns the name. Throws ClientFailure when no dataset can have it. */
export function checkedDataset(dataset: string): string {
  if (DATASET_NAME.test(dataset)) return dataset;
  throw new ClientFailure(`${JSON.stringify(dataset)} is not a valid name for a dataset.`, {
    next: 'Use a-z, 0-9 and -, at most 63 characters, not starting with -.',
    exitCode: EXIT.usage,
  });
}
