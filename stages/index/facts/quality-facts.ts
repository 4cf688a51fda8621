// Computes the facts behind the quality scores: the findings of items, classes and uploads, with example items.
import type { CurrentUpload, InventoryDetails } from '#core/ingest/inventory.ts';
import { addCounts, type IssueCounts, subtractCounts } from '#core/kinds/define/issue.ts';
import type { IssueCode } from '#core/kinds/issues.ts';
import type { Split } from '#core/kinds/split.ts';
import { FACT_LIMITS } from '#core/snapshot/quality/fact-limits.ts';
import { COUNTED_APART, type Evidence, type QualityFacts, type ShownItem } from '#core/snapshot/quality/facts.ts';
import type { Store } from '#core/store/store.ts';
import type { Shown } from '../items/items-table.ts';
import type { Work } from '../items/tabulate.ts';
import { changeFacts } from './change-facts.ts';
import { type FindingCounts, type Findings, NO_MARKS } from './findings.ts';
import { columnFacts, emptyTally, type ItemTally, type Tallies } from './item-counts.ts';
import { rejectedExamples } from './rejected-examples.ts';
import { type SourceCounts, sourceCounts } from './source-counts.ts';
import { type shownSubjects, subjectFacts } from './subject-facts.ts';

/** Facts that are known before the items are read. */
export type FactsWork = Pick<Work, 'dataset' | 'snapshotId' | 'config' | 'schema' | 'parts' | 'subjects'> & {
  readonly configId: string;
  readonly joining: Pick<Work['joining'], 'bySource'>;
};

export type FactsOf = {
  readonly data: Store;
  readonly work: FactsWork;
  readonly uploads: readonly CurrentUpload[];
  readonly details: InventoryDetails;
  readonly tallies: Tallies;
  readonly found: Findings;
  /** With subject alignment: where the subjects lie, and which of them are shown. */
  readonly ranking: ReturnType<typeof shownSubjects> | null;
  readonly uploadCounts: QualityFacts['uploadCounts'];
};

/** `show` returns the details of items by their positions. */
export async function qualityFacts(
  facts: FactsOf,
  show: (items: Iterable<number>) => Promise<Map<number, Shown>>,
): Promise<QualityFacts> {
  const { work, uploads, details, tallies, found, ranking } = facts;
  const { dataset, snapshotId, configId, config, subjects } = work;
  const { settled } = found;
  const counts = sourceCounts(details, work.joining);
  const sources = [...new Set([...uploads.map(({ key }) => key), ...counts.keys()])].sort();
  const pending = new Set(uploads.flatMap(({ key, state }) => (state === 'pending' ? [key] : [])));
  const itemsOf = itemsByLabel(settled.byLabel);
  const evidenceOf = (
    tally: ItemTally,
    mark: Readonly<FindingCounts>,
    fromVerdicts: SourceCounts | undefined,
  ): Evidence => {
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
  const shown = await showExamples(facts, show);
  const item = (place: number) => shown(place);
  const columns = columnFacts(work.schema, tallies);
  const pairs = found.copies.map(([other, kept]) => ({ kept, other, likeness: 1 }));
  const nearPairs = found.nearPairs.map((one) => ({ kept: one.best, other: one.item, likeness: one.likeness }));
  return {
    schemaVersion: 1,
    dataset,
    snapshotId,
    configId,
    kind: config.kind,
    total: evidenceOf(tallies.total, found.total, all),
    clean: found.clean,
    classes: labels.map((label) => ({
      label,
      evidence: evidenceOf(tallies.byLabel.get(label) ?? emptyTally(), found.byLabel.get(label) ?? NO_MARKS, undefined),
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
      const evidence = evidenceOf(tally, found.byUpload.get(source) ?? NO_MARKS, fromVerdicts);
      return { source, state: pending.has(source) ? 'pending' : stateOf(evidence), evidence };
    }),
    splits: settled.splits,
    leaks: settled.leaks,
    measures: found.measures,
    ...(subjects && ranking && { subjects: subjectFacts(subjects, ranking, item) }),
    columns,
    drift: found.drift,
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
    conflicts: found.conflicts.map((items) => {
      const members = items.map(item);
      return { items: members, labels: members.flatMap(({ label }) => label ?? []) };
    }),
    outliers: found.outliers.map(({ item: place, measure, deviation }) => ({
      item: item(place),
      measure,
      deviation,
    })),
  };
}

async function showExamples(
  { tallies, found, ranking, work }: FactsOf,
  show: (items: number[]) => Promise<Map<number, Shown>>,
) {
  const wanted = [
    ...[...tallies.examples.values()].flat(),
    ...found.copies.flat(),
    ...found.nearPairs.flatMap(({ item, best }) => [item, best]),
    ...found.conflicts.flat(),
    ...found.outliers.map(({ item }) => item),
    ...(ranking ? [...ranking.best, ...ranking.worst, ...ranking.low] : []),
  ];
  const known = await show(wanted);
  return (place: number): ShownItem => {
    const { path, line, label, source, part, row } = known.get(place) as Shown;
    const key = work.parts[part]?.key;
    return { path, line, label, source, part: key === undefined ? null : { key, row }, bytesKey: null, row: null };
  };
}

/** Returns the uploads with the most findings, sorted by name. */
function uploadsToTell(
  sources: readonly string[],
  counts: ReadonlyMap<string, SourceCounts>,
  { bySource }: Pick<Tallies, 'bySource'>,
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

function itemsByLabel(byLabel: Findings['settled']['byLabel']): (label: string, split: Split) => number {
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
