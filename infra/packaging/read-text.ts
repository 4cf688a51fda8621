import { readFileSync } from 'node:fs';

/** A source file with the line ends that git stores, so that a template does not depend on how the checkout was made. */
export function readText(file: string): string {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
}
