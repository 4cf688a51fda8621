// Writes a file that a person edits.
import { existsSync, writeFileSync } from 'node:fs';
import { ClientFailure, EXIT } from './failure.ts';

/** Throws ClientFailure if the file exists and is not to be overwritten. */
export function writeForEditing({ out, force }: { readonly out: string; readonly force: boolean }, text: string): void {
  if (existsSync(out) && !force)
    throw new ClientFailure(`${out} exists already.`, {
      next: 'Name another file with --out, or overwrite it with --force.',
      exitCode: EXIT.usage,
    });
  writeFileSync(out, text);
}
