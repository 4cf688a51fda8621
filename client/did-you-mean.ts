// Suggestions for misspelt names.
import { distance } from 'fastest-levenshtein';

/** More edits than this share of the longer name is another name. */
const MOST_EDITS_SHARE = 0.4;

/** Returns the known name closest to the one given (Levenshtein distance, case ignored), or undefined where none is close. */
export function closestName(given: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const edits = distance(given.toLowerCase(), name.toLowerCase());
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
