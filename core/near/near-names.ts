// Pairs of 64-bit names that differ in few bits: multi-index hashing (Norouzi, Punjani and Fleet 2012), in typed arrays.

const WORDS = 4;
const WORD_BITS = 16;
const WORD_VALUES = 1 << WORD_BITS;

export type Names = { readonly high: Uint32Array; readonly low: Uint32Array };

/**
 * Visits pairs (i < j) of names of `maxDistance` bits or less, each once. Two names that differ in d bits differ in at most
 * d / 4 bits of one of their four words, so words that near are looked up. `skip`: names that are in no pair.
 * `mostOfEach` bounds the work where thousands are near: of those before it, a name meets the nearest, then the first.
 */
export function nearNames(
  { high, low }: Names,
  { maxDistance, mostOfEach, skip }: { maxDistance: number; mostOfEach: number; skip: Uint8Array },
  visit: (i: number, j: number, distance: number) => void,
): void {
  const words = Array.from({ length: WORDS }, (_, word) => wordIndex(high, low, word, skip));
  const probes = nearWords(Math.floor(maxDistance / WORDS));
  const seen = new Int32Array(high.length).fill(-1);
  const byDistance: number[][] = Array.from({ length: maxDistance + 1 }, () => []);
  for (let j = 1; j < high.length; j++) {
    if (skip[j]) continue;
    const [jHigh, jLow] = [high[j] as number, low[j] as number];
    for (const [word, { starts, items }] of words.entries()) {
      const own = wordOf(jHigh, jLow, word);
      for (const probe of probes) {
        const value = own ^ probe;
        const end = starts[value + 1] as number;
        let taken = 0;
        for (let at = starts[value] as number; at < end; at++) {
          const i = items[at] as number;
          if (i >= j || taken >= mostOfEach * WORDS) break;
          if (seen[i] === j) continue;
          seen[i] = j;
          const distance =
            countBits(((high[i] as number) ^ jHigh) >>> 0) + countBits(((low[i] as number) ^ jLow) >>> 0);
          if (distance > maxDistance) continue;
          (byDistance[distance] as number[]).push(i);
          taken++;
        }
      }
    }
    let left = mostOfEach;
    for (const [distance, near] of byDistance.entries()) {
      if (near.length === 0) continue;
      near.sort((a, b) => a - b);
      for (const i of near) if (left-- > 0) visit(i, j, distance);
      near.length = 0;
    }
  }
}

type WordIndex = { readonly starts: Uint32Array; readonly items: Uint32Array };

/** Names by the value of one of their words: those of value v lie in items[starts[v]..starts[v + 1]], in order. */
function wordIndex(high: Uint32Array, low: Uint32Array, word: number, skip: Uint8Array): WordIndex {
  const starts = new Uint32Array(WORD_VALUES + 1);
  const valueAt = (i: number) => wordOf(high[i] as number, low[i] as number, word);
  for (let i = 0; i < high.length; i++) if (!skip[i]) starts[valueAt(i) + 1] = (starts[valueAt(i) + 1] as number) + 1;
  for (let v = 0; v < WORD_VALUES; v++) starts[v + 1] = (starts[v + 1] as number) + (starts[v] as number);
  const next = starts.slice();
  const items = new Uint32Array(starts[WORD_VALUES] as number);
  for (let i = 0; i < high.length; i++) {
    if (skip[i]) continue;
    const value = valueAt(i);
    const at = next[value] as number;
    items[at] = i;
    next[value] = at + 1;
  }
  return { starts, items };
}

function wordOf(high: number, low: number, word: number): number {
  const half = word < 2 ? high : low;
  return word % 2 === 0 ? half >>> WORD_BITS : half & (WORD_VALUES - 1);
}

/** What a word is changed by, from no bit to `radius` of them. */
function nearWords(radius: number): number[] {
  const found = [0];
  let before = [{ value: 0, top: 0 }];
  for (let bits = 1; bits <= radius; bits++) {
    before = before.flatMap(({ value, top }) =>
      Array.from({ length: WORD_BITS - top }, (_, i) => ({ value: value | (1 << (top + i)), top: top + i + 1 })),
    );
    for (const { value } of before) found.push(value);
  }
  return found;
}

function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
