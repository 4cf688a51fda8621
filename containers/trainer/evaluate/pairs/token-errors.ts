// Token error rate: the edit distance from an answer to the reference, as a share of its tokens. Tokens are separated by white space.

/** Returns the rate against the nearest reference of each answer. */
export function tokenErrorRate(answers: readonly string[], references: readonly (readonly string[])[]): number {
  let [edits, tokens] = [0, 0];
  for (const [place, answer] of answers.entries()) {
    const given = tokensOf(answer);
    const [best] = (references[place] ?? [])
      .map(tokensOf)
      .map((wanted) => ({ edits: editDistance(given, wanted), tokens: wanted.length }))
      .sort((a, b) => a.edits / Math.max(a.tokens, 1) - b.edits / Math.max(b.tokens, 1));
    edits += best?.edits ?? given.length;
    tokens += best?.tokens ?? 0;
  }
  return edits / Math.max(tokens, 1);
}

function tokensOf(text: string): string[] {
  return text.split(/\s+/u).filter((token) => token !== '');
}

/** Returns the number of insertions, deletions and replacements (Levenshtein 1966). */
function editDistance(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, one] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries()) {
      const replaced = (row[j] as number) + (one === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
