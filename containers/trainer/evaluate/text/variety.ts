// How much texts differ from each other and from the training texts, counted in codes.
import { END } from '#core/kinds/text/codec/text-codec.ts';
import type { Pixels } from '../../data/batches.ts';

/** Maximum number of texts for self-BLEU: its cost grows with the square. */
const BLEU_TEXTS = 200;
const BLEU_ORDER = 3;
/** Maximum mean length of texts for which near copies are counted: an edit of a long text is not rare. */
const LONGEST_FOR_EDITS = 40;

/** Returns each text as a string of its codes, without its end. */
export function keysOf({ bytes, items, size }: Pixels): string[] {
  return Array.from({ length: items }, (_, item) => {
    const text = bytes.subarray(item * size, (item + 1) * size);
    const end = text.indexOf(END);
    return String.fromCharCode(...(end < 0 ? text : text.subarray(0, end)));
  });
}

/** Returns the share of distinct texts. */
export function distinctShare(texts: readonly string[]): number {
  return new Set(texts).size / Math.max(texts.length, 1);
}

/** Returns the number of distinct n-grams of all texts as a share of their n-grams (Li et al. 2016, distinct-n). */
export function distinctGrams(texts: readonly string[], n: number): number {
  const seen = new Set<string>();
  let count = 0;
  for (const text of texts) {
    for (let at = 0; at + n <= text.length; at++, count++) seen.add(text.slice(at, at + n));
  }
  return seen.size / Math.max(count, 1);
}

export function noveltyOf(texts: readonly string[], training: ReadonlySet<string>): number {
  return texts.filter((text) => !training.has(text)).length / Math.max(texts.length, 1);
}

/** Returns the share of texts that are one edit away from a training text; undefined for long texts. */
export function nearCopyShare(texts: readonly string[], training: ReadonlySet<string>): number | undefined {
  const mean = texts.reduce((sum, text) => sum + text.length, 0) / Math.max(texts.length, 1);
  if (mean > LONGEST_FOR_EDITS) return undefined;
  const shortened = new Set<string>();
  for (const text of training) for (const one of withoutOne(text)) shortened.add(one);
  // Two texts one edit apart are equal after one symbol is removed from one of them, or from both at the same position.
  const isNear = (text: string) =>
    shortened.has(text) || withoutOne(text).some((one) => training.has(one)) || isChanged(text);
  const alphabet = new Set([...training].flatMap((text) => [...text]));
  const isChanged = (text: string) =>
    [...text].some((symbol, at) =>
      [...alphabet].some((other) => other !== symbol && training.has(text.slice(0, at) + other + text.slice(at + 1))),
    );
  return texts.filter((text) => !training.has(text) && isNear(text)).length / Math.max(texts.length, 1);
}

function withoutOne(text: string): string[] {
  return Array.from({ length: text.length }, (_, at) => text.slice(0, at) + text.slice(at + 1));
}

/**
 * Returns the mean BLEU of each text against the others (Zhu et al. 2018, Texygen), over n-grams of 1 to 3 symbols: 1 when all are alike.
 * Counts are smoothed by 1 beyond single symbols (Lin and Och 2004).
 */
export function selfBleu(given: readonly string[]): number {
  const texts = given.slice(0, BLEU_TEXTS).filter((text) => text.length > 0);
  if (texts.length < 2) return 1;
  const counts = texts.map((text) => Array.from({ length: BLEU_ORDER }, (_, n) => gramCounts(text, n + 1)));
  // The highest and second highest count of a gram in any text, from which the maximum among the others follows.
  const highest = Array.from({ length: BLEU_ORDER }, (_, n) =>
    twoHighest(counts.map((of) => of[n] as Map<string, number>)),
  );
  let sum = 0;
  for (const [place, text] of texts.entries()) {
    let logs = 0;
    for (let n = 0; n < BLEU_ORDER; n++) {
      let [matched, all] = [0, 0];
      for (const [gram, count] of (counts[place] as Map<string, number>[])[n] as Map<string, number>) {
        const { owner, most, next } = (highest[n] as ReturnType<typeof twoHighest>).get(gram) ?? {
          owner: -1,
          most: 0,
          next: 0,
        };
        matched += Math.min(count, owner === place ? next : most);
        all += count;
      }
      const smoothing = n === 0 ? 0 : 1;
      logs += Math.log(Math.max((matched + smoothing) / Math.max(all + smoothing, 1), 1e-9));
    }
    sum += Math.exp(logs / BLEU_ORDER) * brevity(text.length, texts, place);
  }
  return sum / texts.length;
}

/** Computes the brevity penalty against the length nearest to that of the text. */
function brevity(length: number, texts: readonly string[], place: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (const [other, { length: theirs }] of texts.entries()) {
    if (other !== place && Math.abs(theirs - length) < Math.abs(nearest - length)) nearest = theirs;
  }
  return length >= nearest ? 1 : Math.exp(1 - nearest / length);
}

function gramCounts(text: string, n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + n <= text.length; at++) {
    const gram = text.slice(at, at + n);
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

function twoHighest(all: readonly ReadonlyMap<string, number>[]) {
  const highest = new Map<string, { owner: number; most: number; next: number }>();
  for (const [owner, counts] of all.entries()) {
    for (const [gram, count] of counts) {
      const known = highest.get(gram);
      if (!known) highest.set(gram, { owner, most: count, next: 0 });
      else if (count > known.most) highest.set(gram, { owner, most: count, next: known.most });
      else known.next = Math.max(known.next, count);
    }
  }
  return highest;
}
