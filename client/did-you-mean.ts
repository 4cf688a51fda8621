// Suggestions for misspelt names.
import { distance } from 'fastest-levenshtein';

/** More edits than this share of the longer name is another name. */
const MOST_EDITS_SHARE = 0.4;

/**
 * Returns the known name closest to the one given (Levenshtein distance, case ignored; the same letters in another order
 * are one edit), or undefined where none is close. The name itself is no suggestion.
 */
export function closestName(given: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const name of known) {
    if (name === given) return undefined;
    const edits = editsBetween(given.toLowerCase(), name.toLowerCase());
    if (edits > MOST_EDITS_SHARE * Math.max(given.length, name.length) || edits >= fewest) continue;
    fewest = edits;
    best = name;
  }
  return best;
}

/** Returns `Did you mean birds?`, or undefined where no known name is close. */
export function didYouMean(given: string, known: Iterable<string>): string | undefined {
  const name = closestName(given, known);
  return name === undefined ? undefined : `Did you mean ${name}?`;
}

function editsBetween(given: string, name: string): number {
  const letters = (text: string) => [...text].sort().join('');
  return given !== name && letters(given) === letters(name) ? 1 : distance(given, name);
}
