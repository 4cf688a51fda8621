import { existsSync } from 'node:fs';
import { ClientFailure, EXIT } from './failure.ts';

/** Throws ClientFailure where there is no such file to read. */
export function checkFile(path: string): void {
  if (existsSync(path)) return;
  throw new ClientFailure(`There is no file ${path}.`, { next: 'Check the path.', exitCode: EXIT.usage });
}
