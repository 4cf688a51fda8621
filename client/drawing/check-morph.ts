import { checkFile } from '../check-file.ts';
import { ClientFailure, EXIT } from '../failure.ts';

/** Throws ClientFailure for another number of files than two, and for files that are not there. */
export function checkMorph(paths: readonly string[]): void {
  if (paths.length !== 2)
    throw new ClientFailure(`A hybrid has two pictures, not ${paths.length}.`, {
      next: 'Give --item twice.',
      exitCode: EXIT.usage,
    });
  for (const path of paths) checkFile(path);
}
