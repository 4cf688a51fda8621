// Decides whether two values are the same word in different spellings: only case, white space, width or Unicode normal form differ.

/** The ASCII characters as East Asian texts write them, in full width. */
const FULL_WIDTH = String.fromCharCode(...Array.from({ length: 94 }, (_, i) => 0xff01 + i));
const ASCII = String.fromCharCode(...Array.from({ length: 94 }, (_, i) => 0x21 + i));
const WHITE_SPACE = '[\\s\\u000b\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
/** Its small form is two characters in one reader and one in another, so it is its own. */
const DOTTED_I = '\u0130';
const DOTTED_I_KEPT = '\ue000';

/** Equal for values that are folded into one category. `spellingSql` gives the same. */
export function spellingOf(value: string): string {
  return value
    .normalize('NFC')
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xff01 + 0x21))
    .replaceAll(new RegExp(WHITE_SPACE, 'g'), ' ')
    .trim()
    .replaceAll(DOTTED_I, DOTTED_I_KEPT)
    .replace(/./gsu, (character) => character.toLowerCase());
}

/** SQL of the same for an expression that is a text. */
export function spellingSql(t: string): string {
  const space = WHITE_SPACE.replaceAll(/\\u([0-9a-f]{4})/g, '\\x{$1}');
  return `lower(replace(trim(regexp_replace(translate(nfc_normalize(${t}), '${FULL_WIDTH}', '${ASCII.replaceAll("'", "''")}'), '${space}', ' ', 'g')), '${DOTTED_I}', '${DOTTED_I_KEPT}'))`;
}

/** A value this much rarer than one a letter away may be its misspelling. */
const RARER = 10;
const SHORTEST = 4;

export type NearSpelling = {
  readonly value: string;
  readonly count: number;
  readonly like: string;
  readonly often: number;
};

/** Returns the values that differ by one letter from a far more frequent value, for people to check. */
export function nearSpellings(counts: readonly (readonly [string, number])[]): NearSpelling[] {
  return counts.flatMap(([value, count]): NearSpelling[] => {
    if (value.length < SHORTEST) return [];
    const near = counts.find(
      ([other, often]) => often >= count * RARER && isOneEditAway(spellingOf(value), spellingOf(other)),
    );
    return near ? [{ value, count, like: near[0], often: near[1] }] : [];
  });
}

/**
 * Returns whether one letter was added, removed or replaced, or two neighbours were swapped. Digits distinguish words: `group 1`, `group
 * 2`.
 */
function isOneEditAway(a: string, b: string): boolean {
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
