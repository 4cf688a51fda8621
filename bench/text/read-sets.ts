// The texts that the benchmark of texts reads or makes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTunes } from '#core/kinds/text/abc/tunebook.ts';
import { numberPairs } from './number-pairs.ts';

type Pair = { readonly source: string; readonly text: string };

/** Longer tunes are left out: those of one page of a book have fewer. */
const LONGEST_TUNE = 256;
const NUMBERS = 40_000;

export function numbers(): Pair[] {
  return numberPairs(NUMBERS, 1);
}

/** The distinct lines of a file. */
export function namesIn(file: string): { readonly text: string }[] {
  return linesOf(file).map((text) => ({ text }));
}

/** A JSONL of `source` and `text`. */
export function pairsIn(file: string): Pair[] {
  return linesOf(file).map((line) => JSON.parse(line) as Pair);
}

/** The distinct tunes of the .abc files of a folder and of those in it. */
export function tunesIn(folder: string): { readonly text: string }[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.abc'));
  const tunes = files.sort().flatMap((file) => readTunes(readFileSync(join(folder, file), 'latin1')));
  const texts = tunes.flatMap((tune) => (tune.ok && tune.text.length <= LONGEST_TUNE ? [tune.text] : []));
  return [...new Set(texts)].map((text) => ({ text }));
}

function linesOf(file: string): string[] {
  return [...new Set(readFileSync(file, 'utf8').split('\n'))].filter((line) => line !== '');
}
