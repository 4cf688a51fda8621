// Computes the facts behind the quality scores: the findings of items, classes and uploads, with example items.
import type { CurrentUpload, InventoryDetails } from '#core/ingest/inventory.ts';
import { addCounts, type IssueCounts, subtractCounts } from '#core/kinds/define/issue.ts';
import type { IssueCode } from '#core/kinds/issues.ts';
import type { Split } from '#core/kinds/split.ts';
import {
  COUNTED_APART,
  type Evidence,
  FACT_LIMITS,
  type QualityFacts,
  type ShownItem,
} from '#core/snapshot/quality/facts.ts';
import type { Store } from '#core/store/store.ts';
import type { Shown } from '../items/items-table.ts';
import type { Tabulated, Work } from '../items/tabulate.ts';
import type { Conflict } from '../near/conflicts.ts';
import { changeFacts } from './change-facts.ts';
import { emptyTally, type Tallies, type Tally } from './item-counts.ts';
import { driftFacts, measureFacts } from './measure-facts.ts';
import { rejectedExamples } from './rejected-examples.ts';
import { type SourceCounts, sourceCounts } from './source-counts.ts';
import { shownSubjects, subjectFacts } from './subject-facts.ts';

export type FactsOf = {
  readonly data: Store;
  readonly work: Work & { readonly configId: string };
  readonly uploads: readonly CurrentUpload[];
  readonly details: InventoryDetails;
  readonly tallies: Tallies;
  readonly found: Tabulated;
  readonly conflicts: readonly Conflict[];
  readonly uploadCounts: QualityFacts['uploadCounts'];
};
type Marks = {
  distinct: number;
  exact: number;
  near: number;
  conflicting: number;
  outliers: number;
  unlabelled: number;
};

/** `show` returns the details of items by their positions. */
export async function qualityFacts(
  facts: FactsOf,
  show: (items: Iterable<number>) => Promise<Map<number, Shown>>,
): Promise<QualityFacts> {
  const { work, uploads, details, tallies, found, conflicts } = facts;
  const { dataset, snapshotId, configId, config, parts, subjects } = work;
  const { collected, copies, outliers, settled } = found;
  const counts = sourceCounts(details, work.joining);
  const sources = [...new Set([...uploads.map(({ key }) => key), ...counts.keys()])].sort();
  // Datasets of single files have as many uploads as parts, so each is found by its name.
  const positionOf = new Map(sources.map((source, position) => [source, position]));
  const uploadOf = uploadsOfItems(
    found,
    parts.map(({ sourceKey }) => positionOf.get(sourceKey) ?? -1),
  );
  const pending = new Set(uploads.flatMap(({ key, state }) => (state === 'pending' ? [key] : [])));
  const positionOfLabel = new Map(collected.labelNames.map((label, position) => [label, position]));
  const itemsOf = itemsByLabel(settled.byLabel);
  const marks = countMarks(found, conflicts, uploadOf, sources.length);
  const evidenceOf = (tally: Tally, mark: Marks, fromVerdicts: SourceCounts | undefined): Evidence => {
    const rejected = subtractCounts({ ...fromVerdicts?.byIssue }, tally.flagged);
    const stale = fromVerdicts?.byIssue['table.stale'] ?? tally.flagged['table.stale'];
    const items = { accepted: tally.accepted, rejected: fromVerdicts?.rejected ?? 0, distinct: mark.distinct };
    return {
      items,
      rejected: counted(rejected),
      flagged: counted(tally.flagged),
      mended: tally.mended,
      exactDuplicates: mark.exact,
      nearDuplicates: mark.near,
      conflicting: mark.conflicting,
      outliers: mark.outliers,
      unlabelled: config.labels === 'none' ? null : mark.unlabelled,
      cells: work.schema && { total: tally.accepted * work.schema.columns.length, missing: tally.missing },
      freshness: stale === undefined ? null : { judged: items.accepted + items.rejected, stale },
    };
  };
  const all = addAll([...counts.values()]);
  const labels = [...new Set(settled.byLabel.map(({ label }) => label))];
  const ranking = subjects && shownSubjects(subjects, found);
  const shown = await showExamples(facts, show, ranking ? [...ranking.best, ...ranking.worst, ...ranking.low] : []);
  const item = (place: number) => shown(place);
  const columns = tallies.columns();
  const pairs = [...copies]
    .slice(0, FACT_LIMITS.duplicatePairs / 2)
    .map(([other, kept]) => ({ kept, other, likeness: 1 }));
  const nearPairs = nearPairsOf(found).map((one) => ({ kept: one.best, other: one.item, likeness: one.likeness }));
  return {
    schemaVersion: 1,
    dataset,
    snapshotId,
    configId,
    kind: config.kind,
    total: evidenceOf(tallies.total, marks.total, all),
    clean: countClean(found),
    classes: labels.map((label) => ({
      label,
      evidence: evidenceOf(
        tallies.byLabel.get(label) ?? emptyTally(),
        marks.byLabel[positionOfLabel.get(label) as number] as Marks,
        undefined,
      ),
      splits: {
        train: itemsOf(label, 'train'),
        validation: itemsOf(label, 'validation'),
        test: itemsOf(label, 'test'),
      },
    })),
    uploadCounts: facts.uploadCounts,
    uploads: uploadsToTell(sources, counts, tallies).map((source) => {
      const fromVerdicts = counts.get(source);
      const tally = tallies.bySource.get(source) ?? emptyTally();
      const evidence = evidenceOf(tally, marks.bySource[positionOf.get(source) as number] as Marks, fromVerdicts);
      return { source, state: pending.has(source) ? 'pending' : stateOf(evidence), evidence };
    }),
    splits: settled.splits,
    leaks: settled.leaks,
    measures: measureFacts(found),
    ...(subjects && ranking && { subjects: subjectFacts(subjects, ranking, item) }),
    columns,
    drift: driftFacts(found, sources, uploadOf),
    rejected: await rejectedExamples(
      facts.data,
      details,
      counted(subtractCounts({ ...all.byIssue }, tallies.total.flagged)),
      !columns.some(({ personal }) => personal),
    ),
    flagged: [...tallies.examples]
      .filter(([code]) => !isApart(code))
      .map(([code, examples]) => ({ code, items: tallies.total.flagged[code] ?? 0, examples: examples.map(item) }))
      .sort((a, b) => b.items - a.items || (a.code < b.code ? -1 : 1)),
    changes: changeFacts(details),
    duplicatePairs: [...pairs, ...nearPairs].map(({ kept, other, likeness }) => ({
      kept: item(kept),
      other: item(other),
      likeness: Math.max(0, Math.min(1, likeness)),
    })),
    conflicts: conflicts.slice(0, FACT_LIMITS.conflicts).map(({ items }) => {
      const members = items.slice(0, FACT_LIMITS.examplesOfACode).map(item);
      return { items: members, labels: members.flatMap(({ label }) => label ?? []) };
    }),
    outliers: worstOutliers(outliers).map(({ item: place, measure, deviation }) => ({
      item: item(place),
      measure,
      deviation,
    })),
  };
}

async function showExamples(
  { tallies, found, conflicts, work }: FactsOf,
  show: (items: number[]) => Promise<Map<number, Shown>>,
  subjects: readonly number[],
) {
  const wanted = [
    ...[...tallies.examples.values()].flat(),
    ...[...found.copies].slice(0, FACT_LIMITS.duplicatePairs / 2).flat(),
    ...nearPairsOf(found).flatMap(({ item, best }) => [item, best]),
    ...conflicts.slice(0, FACT_LIMITS.conflicts).flatMap(({ items }) => items.slice(0, FACT_LIMITS.examplesOfACode)),
    ...worstOutliers(found.outliers).map(({ item }) => item),
    ...subjects,
  ];
  const known = await show(wanted);
  return (place: number): ShownItem => {
    const { path, line, label, source, part, row } = known.get(place) as Shown;
    const key = work.parts[part]?.key;
    return { path, line, label, source, part: key === undefined ? null : { key, row }, bytesKey: null, row: null };
  };
}

function countMarks(
  { collected, copies, near, outliers }: Tabulated,
  conflicts: readonly Conflict[],
  uploadOf: Int32Array,
  sources: number,
) {
  const empty = (): Marks => ({ distinct: 0, exact: 0, near: 0, conflicting: 0, outliers: 0, unlabelled: 0 });
  const total = empty();
  const bySource = Array.from({ length: sources }, empty);
  const byLabel = collected.labelNames.map(empty);
  const mark = (item: number, what: keyof Marks) => {
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
  return { total, bySource, byLabel };
}

/** Counts distinct items without flags that are not near duplicates. */
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

/** Returns near-duplicate pairs, the most similar first. */
function nearPairsOf({ near }: Tabulated) {
  const others = near.filter(({ item, best }) => item !== best);
  return others.sort((a, b) => b.likeness - a.likeness || a.item - b.item).slice(0, FACT_LIMITS.duplicatePairs / 2);
}

function worstOutliers(outliers: Tabulated['outliers']) {
  return outliers.toSorted((a, b) => b.deviation - a.deviation || a.item - b.item).slice(0, FACT_LIMITS.outliers);
}

/** Returns the uploads with the most findings, sorted by name. */
function uploadsToTell(
  sources: readonly string[],
  counts: ReadonlyMap<string, SourceCounts>,
  { bySource }: Tallies,
): string[] {
  const against = (source: string) => (counts.get(source)?.rejected ?? 0) + sumOf(bySource.get(source)?.flagged ?? {});
  return sources
    .map((source) => ({ source, findings: against(source) }))
    .sort((a, b) => b.findings - a.findings || (a.source < b.source ? -1 : 1))
    .slice(0, FACT_LIMITS.uploads)
    .map(({ source }) => source)
    .sort();
}

function stateOf({ items }: Evidence): 'accepted' | 'partly' | 'rejected' {
  if (items.rejected === 0) return 'accepted';
  return items.accepted === 0 ? 'rejected' : 'partly';
}

function itemsByLabel(byLabel: Tabulated['settled']['byLabel']): (label: string, split: Split) => number {
  const counts = new Map<string, Partial<Record<Split, number>>>();
  for (const { label, split, items } of byLabel) counts.set(label, { ...counts.get(label), [split]: items });
  return (label, split) => counts.get(label)?.[split] ?? 0;
}

function addAll(counts: readonly SourceCounts[]): SourceCounts {
  const sum: SourceCounts = { rejected: 0, byIssue: {} };
  for (const { rejected, byIssue } of counts) {
    sum.rejected += rejected;
    addCounts(sum.byIssue, byIssue);
  }
  return sum;
}

function counted(counts: IssueCounts): IssueCounts {
  return Object.fromEntries(Object.entries(counts).filter(([code]) => !isApart(code)));
}

function isApart(code: string): boolean {
  return (COUNTED_APART as readonly IssueCode[]).some((apart) => apart === code);
}

function sumOf(counts: IssueCounts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
