import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, work } from './paths.mjs';

const folder = join(work, 'stamps');

/** Returns the hash of the inputs of a step: of texts as given, of files by their content. */
export function contentKey(parts) {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(typeof part === 'string' ? part : readFileSync(part.file));
    hash.update('\0');
  }
  return hash.digest('hex').slice(0, 24);
}

/** Returns the stamp that a finished step wrote, or undefined. With a damaged stamp the step runs again. */
export function readStamp(id) {
  try {
    return JSON.parse(readFileSync(join(folder, `${id}.json`), 'utf8'));
  } catch {
    return undefined;
  }
}

export function writeStamp(id, stamp) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${id}.json`), `${JSON.stringify(stamp, null, 2)}\n`);
}
