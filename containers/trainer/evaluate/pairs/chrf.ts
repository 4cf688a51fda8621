// chrF (Popovic 2015): an F score of character n-grams up to 6, recall weighted by 2, without white space, over a whole set of texts. With
// effective orders and the best of several references, as sacrebleu 2 computes it.
const ORDER = 6;
const BETA_SQUARED = 4;
/** White space as Python's `split` defines it, in texts without control characters. */
const SPACE = /[\s\u0085]+/gu;

/** By order: n-grams of the answer, of the reference, and in both. */
type Statistics = { readonly answered: number[]; readonly wanted: number[]; readonly matched: number[] };

/** Returns the score, 0 to 100. `references` has at least one text per answer. */
export function chrf(answers: readonly string[], references: readonly (readonly string[])[]): number {
  const sum: Statistics = none();
  for (const [place, answer] of answers.entries()) {
    const given = gramsOf(answer);
    let best: { score: number; of: Statistics } | undefined;
    for (const reference of references[place] ?? []) {
      const of = compare(given, gramsOf(reference));
      const score = scoreOf(of);
      if (!best || score > best.score) best = { score, of };
    }
    for (let n = 0; n < ORDER && best; n++)
      for (const part of ['answered', 'wanted', 'matched'] as const)
        sum[part][n] = (sum[part][n] as number) + (best.of[part][n] as number);
  }
  return scoreOf(sum);
}

function scoreOf({ answered, wanted, matched }: Statistics): number {
  let [precision, recall, orders] = [0, 0, 0];
  for (let n = 0; n < ORDER; n++) {
    const [own, asked] = [answered[n] as number, wanted[n] as number];
    if (own === 0 || asked === 0) continue;
    precision += (matched[n] as number) / own;
    recall += (matched[n] as number) / asked;
    orders++;
  }
  if (precision + recall === 0) return 0;
  [precision, recall] = [precision / orders, recall / orders];
  return (100 * (1 + BETA_SQUARED) * precision * recall) / (BETA_SQUARED * precision + recall);
}

function compare(answer: readonly Map<string, number>[], reference: readonly Map<string, number>[]): Statistics {
  const of = none();
  for (let n = 0; n < ORDER; n++) {
    const [own, asked] = [answer[n], reference[n]] as [Map<string, number>, Map<string, number>];
    // N-grams of the answer do not count for an order that the reference does not have.
    of.answered[n] = asked.size > 0 ? total(own) : 0;
    of.wanted[n] = total(asked);
    for (const [gram, count] of own) of.matched[n] = (of.matched[n] as number) + Math.min(count, asked.get(gram) ?? 0);
  }
  return of;
}

function gramsOf(text: string): Map<string, number>[] {
  const characters = [...text.replace(SPACE, '')];
  return Array.from({ length: ORDER }, (_, n) => {
    const counts = new Map<string, number>();
    for (let at = 0; at + n < characters.length; at++) {
      const gram = characters.slice(at, at + n + 1).join('');
      counts.set(gram, (counts.get(gram) ?? 0) + 1);
    }
    return counts;
  });
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function none(): Statistics {
  const zeros = () => new Array<number>(ORDER).fill(0);
  return { answered: zeros(), wanted: zeros(), matched: zeros() };
}
