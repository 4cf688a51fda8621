// Measures the repetition in a text.

const SEQUENCE = 8;
/** Long texts are judged in pieces, since any language repeats its words in the long run. */
const WINDOW = 1000;

/**
 * Returns the share of 8-character sequences that also occur in the thousand characters before: 0 without repetition, near 1 for a single
 * word repeated.
 */
export function repetitionOf(text: string): number {
  const compact = text.replace(/\s+/g, ' ');
  let repeated = 0;
  let total = 0;
  for (let start = 0; start < compact.length; start += WINDOW) {
    const piece = compact.slice(start, start + WINDOW);
    const seen = new Set<string>();
    for (let at = 0; at + SEQUENCE <= piece.length; at++) {
      const sequence = piece.slice(at, at + SEQUENCE);
      if (seen.has(sequence)) repeated++;
      else seen.add(sequence);
      total++;
    }
  }
  return total === 0 ? 0 : repeated / total;
}
