// When two values are the same word, written otherwise.

/** A word this much rarer than one a letter away is taken for its misspelling. */
const RARER = 50;
const SHORTEST = 4;

/** Equal for values that differ in case and white space only. */
export function spellingOf(value: string): string {
  return value
    .normalize('NFKC')
    .trim()
    .replaceAll(/[\s_-]+/g, ' ')
    .toLowerCase();
}

/** Of values with their counts, those that are a letter away from a far more frequent one. */
export function typosAmong(counts: readonly (readonly [string, number])[]): Set<string> {
  const typos = counts.filter(([value, count]) =>
    counts.some(
      ([other, often]) =>
        often >= count * RARER && value.length >= SHORTEST && isOneEditAway(spellingOf(value), spellingOf(other)),
    ),
  );
  return new Set(typos.map(([value]) => value));
}

/** One letter more, less or other, or two neighbours swapped. Digits count as different words: `group 1`, `group 2`. */
export function isOneEditAway(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const fromA = a.slice(start, a.length - end);
  const fromB = b.slice(start, b.length - end);
  if (/\d/.test(fromA + fromB)) return false;
  if (fromA.length <= 1 && fromB.length <= 1) return true;
  return fromA.length === 2 && fromB.length === 2 && fromA[0] === fromB[1] && fromA[1] === fromB[0];
}
