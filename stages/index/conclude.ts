// Writes what was decided about a snapshot: the quality facts, the index, and the plans of its shards.
import { type Counts, countInventory } from '#core/ingest/inventory.ts';
import { SnapshotConfig } from '#core/kinds/config.ts';
import { addCounts, type Issue, type IssueCounts } from '#core/kinds/define/issue.ts';
import type { SnapshotSchema } from '#core/kinds/table/schema/snapshot-schema.ts';
import type { SnapshotIndex } from '#core/snapshot/messages.ts';
import { FACTS_FILE, QualityFacts } from '#core/snapshot/quality/facts.ts';
import { INDEX_FILE } from '#core/snapshot/snapshot.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import type { Subjects } from './alignment/read-subjects.ts';
import type { Findings } from './facts/findings.ts';
import type { Tallies } from './facts/item-counts.ts';
import { qualityFacts } from './facts/quality-facts.ts';
import type { shownSubjects } from './facts/subject-facts.ts';
import type { Shown } from './items/items-table.ts';
import type { Joining } from './items/join-sidecars.ts';
import type { Prepared } from './prepare.ts';
import { type ShardPlace, writePlans } from './shards/write-plans.ts';

const EXAMPLES = 5;

/** `show` returns the details of items by their positions. */
export type Conclusion = {
  readonly prepared: Prepared;
  readonly schema: SnapshotSchema | null;
  readonly joining: Pick<Joining, 'bySource' | 'counted'>;
  readonly tallies: Tallies;
  readonly found: Findings;
  readonly files: SnapshotIndex['items'];
  readonly subjects: Subjects | null;
  readonly ranking: ReturnType<typeof shownSubjects> | null;
  readonly show: (items: Iterable<number>) => Promise<Map<number, Shown>>;
};

/** Writes facts.json and index.json. Returns the index. */
export async function writeIndex(data: Store, conclusion: Conclusion): Promise<SnapshotIndex> {
  const { prepared, schema, joining, tallies, found, files, subjects, ranking, show } = conclusion;
  const { dataset, snapshotId, configId, config, inventory, details, parts, captions, augmentation } = prepared;
  const shown = await show(found.copies.flat());
  const counts = countsOf(joining.counted(countInventory(inventory, details)), found);
  const work = { dataset, snapshotId, configId, config, schema, parts, subjects, joining };
  const quality = { data, work, uploads: inventory.uploads, details, tallies, found, ranking };
  const facts = await qualityFacts({ ...quality, uploadCounts: counts.uploads }, show);
  await writeJson(data, keys.snapshot(dataset, snapshotId, FACTS_FILE), QualityFacts.parse(facts));
  const index: SnapshotIndex = {
    schemaVersion: 1,
    dataset,
    snapshotId,
    configId,
    config: SnapshotConfig.parse(config),
    schema,
    labels: [...new Set(found.settled.byLabel.map(({ label }) => label))],
    augmentation,
    parts: parts.map(({ key, sha256, items, rolled }) => ({ key, sha256, items, ...(rolled && { rolled }) })),
    shards: [...found.settled.shards],
    items: files,
    decisionsDigest: found.settled.decisionsDigest,
    ...(subjects && { aligned: subjects.aligned }),
    ...(captions.length > 0 && { captions }),
    counts,
    examples: examplesOf(found, shown),
  };
  await writeJson(data, keys.snapshot(dataset, snapshotId, INDEX_FILE), index);
  return index;
}

/** Writes the plans of the shards, of which `rowsOf` says where their rows are. Returns the number of shards. */
export function planShards(
  data: Store,
  index: SnapshotIndex,
  { partsOfShards }: Findings['settled'],
  rowsOf: (position: number) => ShardPlace['rows'],
): Promise<number> {
  const places = index.shards.map((_, position) => ({ rows: rowsOf(position), parts: partsOfShards[position] ?? [] }));
  return writePlans(data, index, places);
}

function countsOf(before: Counts, found: Findings): SnapshotIndex['counts'] {
  const { total, settled, rows, otherIssues } = found;
  const byIssue = { ...before.byIssue };
  // Duplicates that clean has flagged within a unit are included in all copies.
  delete byIssue['item.duplicate'];
  const more: IssueCounts = {
    ...otherIssues,
    'item.duplicate': total.exact,
    'item.near-duplicate': total.near,
    'item.outlier': total.outliers,
  };
  for (const [code, count] of Object.entries(more)) if (count > 0) addCounts(byIssue, { [code]: count });
  const byLabel = new Map<string, number>();
  for (const { label, items } of settled.byLabel) byLabel.set(label, (byLabel.get(label) ?? 0) + items);
  return {
    uploads: before.uploads,
    items: { ...before.items, distinct: rows - total.exact },
    byIssue,
    byLabel: Object.fromEntries(byLabel),
    conflictingLabels: total.conflicting,
    nearDuplicates: total.near,
    outliers: total.outliers,
    leaks: settled.leaks,
  };
}

/** Returns the first few duplicates as issues. */
function examplesOf({ copies }: Findings, shown: ReadonlyMap<number, Shown>): Issue[] {
  return copies.slice(0, EXAMPLES).flatMap(([item, kept]): Issue[] => {
    const [other, first] = [shown.get(item), shown.get(kept)];
    if (!other || !first) return [];
    return [{ code: 'item.duplicate', place: { path: other.path }, given: `the content of ${first.path}` }];
  });
}
