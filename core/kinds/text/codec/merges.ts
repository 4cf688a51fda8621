// Byte pair encoding (Sennrich et al. 2016) of codes: the most frequent pair of neighbours becomes a code of its own, again and again.

/** The two codes that one code stands for; each may stand for two itself. */
export type Merge = readonly [number, number];

type Learning = {
  /** The code of the first merge. */
  readonly firstCode: number;
  readonly most: number;
  /** Rarer pairs are not merged. */
  readonly leastCount: number;
  /** Whether a code begins with white space: a word begins a piece, and never lies within one. */
  readonly isSpace: (code: number) => boolean;
};

/** In the order in which they are applied. The same texts in any order give the same merges. */
export function learnMerges(texts: readonly (readonly number[])[], learning: Learning): Merge[] {
  const { firstCode, most, leastCount, isSpace } = learning;
  const merges: Merge[] = [];
  const rows = texts.map((codes) => [...codes]);
  /** By code: whether it begins with white space. */
  const beginsWithSpace = (code: number): boolean =>
    code < firstCode ? isSpace(code) : beginsWithSpace((merges[code - firstCode] as Merge)[0]);
  while (merges.length < most) {
    const counts = new Map<number, number>();
    for (const row of rows) {
      for (let at = 1; at < row.length; at++) {
        const pair = keyOf(row[at - 1] as number, row[at] as number);
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    let [best, highest] = [-1, leastCount - 1];
    for (const [pair, count] of counts) {
      if (count < highest || (count === highest && (best < 0 || pair > best))) continue;
      if (!beginsWithSpace(pair & 0xffff)) [best, highest] = [pair, count];
    }
    if (best < 0) break;
    const merge: Merge = [best >>> 16, best & 0xffff];
    for (const row of rows) applyMerge(row, merge, firstCode + merges.length);
    merges.push(merge);
  }
  return merges;
}

/** Changes `codes` in place and returns it. */
export function applyMerges(codes: number[], merges: readonly Merge[], firstCode: number): number[] {
  if (merges.length === 0) return codes;
  const has = new Set(codes);
  for (const [place, merge] of merges.entries()) {
    if (!has.has(merge[0]) || !has.has(merge[1])) continue;
    if (applyMerge(codes, merge, firstCode + place)) has.add(firstCode + place);
  }
  return codes;
}

function applyMerge(codes: number[], [left, right]: Merge, code: number): boolean {
  let kept = 0;
  for (let at = 0; at < codes.length; at++, kept++) {
    const isPair = codes[at] === left && codes[at + 1] === right;
    codes[kept] = isPair ? code : (codes[at] as number);
    if (isPair) at++;
  }
  const isChanged = kept < codes.length;
  codes.length = kept;
  return isChanged;
}

function keyOf(left: number, right: number): number {
  return (left << 16) | right;
}
