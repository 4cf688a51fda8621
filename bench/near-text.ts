// Measures how many edited texts are found, and the CPU time, beside datasketch.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Benchmark, higherIsBetter, lowerIsBetter, median, type Row } from './benchmark.ts';
import { corpusOf } from './near-text/corpus.ts';
import { type Found, findWithOurs, type Pair } from './near-text/ours.ts';
import { BANDINGS, type DatasketchFound, findWithDatasketch } from './peer/datasketch.ts';

const COUNTS = { originals: 8000, near: 2000, hard: 2000 };
const MIN_LIKENESS = 0.8;
const SHINGLE = 5;
const ROUNDS = 5;
const FASTER = 5;
/** Both estimate similarity from 128 values, so near the threshold a difference of a few pairs is chance. */
const AS_MANY = 0.99;

export const nearText: Benchmark = {
  sentence: 'Near duplicates of texts, words changed, put in, left out and moved: time and recall beside datasketch.',
  async run() {
    const { texts, edited } = corpusOf(COUNTS);
    const wanted = edited.filter(([a, b]) => likenessOf(texts, a, b) >= MIN_LIKENESS);
    const scratch = mkdtempSync(join(tmpdir(), 'goldpan-near-text-'));
    const [ours, theirs]: [Found[], DatasketchFound[]] = [[], []];
    try {
      const file = join(scratch, 'texts.json');
      writeFileSync(file, JSON.stringify(texts));
      for (let round = 0; round < ROUNDS; round++) {
        const folder = join(scratch, String(round));
        mkdirSync(folder);
        ours.push(await findWithOurs(texts, folder));
        theirs.push(findWithDatasketch(file, MIN_LIKENESS));
      }
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
    const [own, peer] = [ours[0] as Found, theirs[0] as DatasketchFound];
    const score = (pairs: readonly Pair[]) => scoreOf(pairs, texts, wanted.length);
    const rows = BANDINGS.flatMap((banding): Row[] => {
      const peerName = `datasketch, ${banding === 'its' ? 'bands by its choice' : 'bands as ours'}`;
      const cpu = { unit: 'CPU s', peerName };
      const [mine, other] = [score(own.pairs), score(peer.pairs[banding])];
      return [
        lowerIsBetter({
          ...cpu,
          metric: `from texts to pairs, ${texts.length} texts`,
          ours: median(ours.map(({ cpu }) => cpu.naming + cpu.finding)),
          peer: median(theirs.map(({ cpu }) => cpu.naming + cpu.finding[banding])),
          goal: FASTER,
        }),
        lowerIsBetter({
          ...cpu,
          metric: 'of that, from texts to signatures',
          ours: median(ours.map(({ cpu }) => cpu.naming)),
          peer: median(theirs.map(({ cpu }) => cpu.naming)),
          goal: 0,
        }),
        lowerIsBetter({
          ...cpu,
          metric: 'of that, from signatures to pairs',
          ours: median(ours.map(({ cpu }) => cpu.finding)),
          peer: median(theirs.map(({ cpu }) => cpu.finding[banding])),
          goal: 0,
        }),
        higherIsBetter({
          metric: `recall of ${wanted.length} pairs`,
          unit: '',
          peerName,
          ours: mine.recall,
          peer: other.recall,
          goal: banding === 'its' ? 1 : AS_MANY,
        }),
        higherIsBetter({
          metric: `precision among ${edited.length - wanted.length} pairs edited too much`,
          unit: '',
          peerName,
          ours: mine.precision,
          peer: other.precision,
          goal: AS_MANY,
        }),
      ];
    });
    return { versions: { datasketch: peer.version }, rows };
  },
};

/** A pair is right where its texts share as much as they should, whether planted or not. */
function scoreOf(pairs: readonly Pair[], texts: readonly string[], wanted: number) {
  const hits = pairs.filter(([a, b]) => likenessOf(texts, a, b) >= MIN_LIKENESS).length;
  return { precision: pairs.length === 0 ? 0 : hits / pairs.length, recall: hits / wanted };
}

/** Of all sequences of two texts, the share that both have: counted, not estimated. */
function likenessOf(texts: readonly string[], a: number, b: number): number {
  const [one, other] = [shinglesOf(texts[a] as string), shinglesOf(texts[b] as string)];
  const both = [...one].filter((shingle) => other.has(shingle)).length;
  return both / (one.size + other.size - both);
}

function shinglesOf(text: string): Set<string> {
  return new Set(Array.from({ length: text.length - SHINGLE + 1 }, (_, at) => text.slice(at, at + SHINGLE)));
}
