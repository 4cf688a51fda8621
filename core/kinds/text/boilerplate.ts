// Lines that stand in many documents of a unit: menus, licence headers, footers.

const SHORTEST_LINE = 20;
/** Maximum number of different lines that are counted, to limit memory; lines first seen later are not counted. */
const MOST_LINES = 1_000_000;

export type LineCounts = { readonly documents: number; readonly byLine: ReadonlyMap<string, number> };
export type Repeated = { readonly kept: string; readonly share: number };

/** Counts the texts in which each line occurs. */
export function countLines(): { add(text: string): void; counts: LineCounts } {
  const byLine = new Map<string, number>();
  const counts = { documents: 0, byLine };
  return {
    counts,
    add(text) {
      counts.documents++;
      for (const line of new Set(longLines(text))) {
        const before = byLine.get(line);
        if (before !== undefined) byLine.set(line, before + 1);
        else if (byLine.size < MOST_LINES) byLine.set(line, 1);
      }
    },
  };
}

/**
 * `share`: share of the text's characters in lines that occur in at least that many documents. `kept`: the text without these lines.
 */
export function withoutBoilerplate(
  text: string,
  { documents, byLine }: LineCounts,
  { minDocuments, minShare }: { minDocuments: number; minShare: number },
): Repeated {
  const least = Math.max(minDocuments, documents * minShare);
  let repeated = 0;
  const kept = text.split('\n').filter((line) => {
    const again = (byLine.get(line.trim()) ?? 0) >= least;
    if (again) repeated += line.length + 1;
    return !again;
  });
  return { kept: kept.join('\n'), share: text.length === 0 ? 0 : Math.min(1, repeated / text.length) };
}

function longLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= SHORTEST_LINE && line.length <= 1000);
}
