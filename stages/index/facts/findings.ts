// The findings in all items, for the quality facts: counts, and the few items that are shown.
import type { IssueCounts } from '#core/kinds/define/issue.ts';
import { FACT_LIMITS } from '#core/snapshot/quality/fact-limits.ts';
import type { QualityFacts } from '#core/snapshot/quality/facts.ts';
import type { OutlierItem, SettledItems } from '../items/items-table.ts';
import type { Tabulated } from '../items/tabulate.ts';
import type { Conflict } from '../near/conflicts.ts';
import { driftFacts, measureFacts } from './measure-facts.ts';

/** Half of the pairs that are shown are copies, half near duplicates. */
export const MOST_PAIRS = FACT_LIMITS.duplicatePairs / 2;

/** Counts of items of the dataset, of one upload or of one class. */
export type FindingCounts = {
  distinct: number;
  exact: number;
  near: number;
  conflicting: number;
  outliers: number;
  unlabelled: number;
};
export const NO_MARKS: Readonly<FindingCounts> = {
  distinct: 0,
  exact: 0,
  near: 0,
  conflicting: 0,
  outliers: 0,
  unlabelled: 0,
};

export type Findings = {
  readonly total: Readonly<FindingCounts>;
  readonly byUpload: ReadonlyMap<string, Readonly<FindingCounts>>;
  readonly byLabel: ReadonlyMap<string, Readonly<FindingCounts>>;
  /** Distinct items without flags that are not near duplicates. */
  readonly clean: number;
  /** The first copies by position, each with the item that is kept. */
  readonly copies: readonly (readonly [item: number, kept: number])[];
  /** Near duplicates, the most similar first. */
  readonly nearPairs: readonly { readonly item: number; readonly best: number; readonly likeness: number }[];
  /** The farthest first. */
  readonly outliers: readonly OutlierItem[];
  /** The first conflicts by position, each with the first item of each of its labels. */
  readonly conflicts: readonly (readonly number[])[];
  readonly measures: QualityFacts['measures'];
  readonly drift: QualityFacts['drift'];
  readonly settled: Pick<SettledItems, 'shards' | 'partsOfShards' | 'byLabel' | 'leaks' | 'splits' | 'decisionsDigest'>;
  /** Items without the common subject and items that the endpoint drew, by their issue. */
  readonly otherIssues: IssueCounts;
  /** All items of the snapshot, with those that are left out. */
  readonly rows: number;
};

/** Summarises the columns in memory. `sourceOf`: the upload of each part. */
export function findingsOf(found: Tabulated, conflicts: readonly Conflict[], sourceOf: readonly string[]): Findings {
  const sources = [...new Set(sourceOf)];
  const positionOf = new Map(sources.map((source, position) => [source, position]));
  const uploadOf = uploadsOfItems(
    found,
    sourceOf.map((source) => positionOf.get(source) ?? -1),
  );
  const { settled, lowSubjects, outputs, file } = found;
  return {
    ...countMarks(found, conflicts, uploadOf, sources),
    clean: countClean(found),
    copies: [...found.copies].slice(0, MOST_PAIRS),
    nearPairs: nearPairsOf(found),
    outliers: found.outliers
      .toSorted((a, b) => b.deviation - a.deviation || a.item - b.item)
      .slice(0, FACT_LIMITS.outliers),
    conflicts: conflicts
      .slice(0, FACT_LIMITS.conflicts)
      .map(({ items }) => items.slice(0, FACT_LIMITS.examplesOfACode)),
    measures: measureFacts(found),
    drift: driftFacts(found, sources, uploadOf),
    settled,
    otherIssues: { ...lowSubjects, 'item.synthetic': outputs.length },
    rows: file.rows,
  };
}

function countMarks(
  { collected, copies, near, outliers }: Tabulated,
  conflicts: readonly Conflict[],
  uploadOf: Int32Array,
  sources: readonly string[],
) {
  const total = { ...NO_MARKS };
  const bySource = sources.map(() => ({ ...NO_MARKS }));
  const byLabel = collected.labelNames.map(() => ({ ...NO_MARKS }));
  const mark = (item: number, what: keyof FindingCounts) => {
    for (const marks of [total, bySource[uploadOf[item] as number], byLabel[collected.labels[item] as number]])
      if (marks) marks[what]++;
  };
  for (const [item, present] of collected.present.entries()) {
    if (!present) continue;
    mark(item, copies.has(item) ? 'exact' : 'distinct');
    if (!copies.has(item) && collected.labels[item] === -1) mark(item, 'unlabelled');
  }
  for (const { item, best } of near) if (item !== best) mark(item, 'near');
  for (const { item } of outliers) mark(item, 'outliers');
  for (const { distinct } of conflicts) for (const item of distinct) mark(item, 'conflicting');
  return { total, byUpload: named(sources, bySource), byLabel: named(collected.labelNames, byLabel) };
}

function named(names: readonly string[], marks: readonly FindingCounts[]): Map<string, FindingCounts> {
  return new Map(names.map((name, i) => [name, marks[i] as FindingCounts]));
}

function countClean({ collected, copies, near }: Tabulated): number {
  const others = new Set(near.flatMap(({ item, best }) => (item === best ? [] : [item])));
  let clean = 0;
  for (const [item, present] of collected.present.entries())
    if (present && !copies.has(item) && !others.has(item) && !collected.flagged[item]) clean++;
  return clean;
}

function uploadsOfItems({ collected }: Tabulated, uploadOfPart: readonly number[]): Int32Array {
  const uploads = new Int32Array(collected.count).fill(-1);
  for (const [part, upload] of uploadOfPart.entries())
    uploads.fill(upload, collected.starts[part] as number, collected.starts[part + 1] as number);
  return uploads.map((upload, item) => (collected.present[item] ? upload : -1));
}

function nearPairsOf({ near }: Tabulated): Findings['nearPairs'] {
  const others = near.filter(({ item, best }) => item !== best);
  return others.sort((a, b) => b.likeness - a.likeness || a.item - b.item).slice(0, MOST_PAIRS);
}
