// Builds the table of items from the parts: reads, compares, decides, writes.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '#core/base/hash.ts';
import type { PartRow } from '#core/base/parquet-columns.ts';
import type { EffectiveConfig } from '#core/kinds/config.ts';
import type { Comparison } from '#core/kinds/define/comparison.ts';
import { addCounts, type IssueCounts } from '#core/kinds/define/issue.ts';
import { COMMON_COLUMNS } from '#core/kinds/define/part-columns.ts';
import { type RuleSetting, thresholdOf } from '#core/kinds/define/rule.ts';
import { comparisonOf } from '#core/kinds/registry/comparisons.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import type { SnapshotSchema } from '#core/kinds/table/schema/snapshot-schema.ts';
import type { SnapshotIndex } from '#core/snapshot/messages.ts';
import { ITEMS_FILE, type SourcePart, shardItemsOf } from '#core/snapshot/snapshot.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import type { Subjects } from '../alignment/read-subjects.ts';
import { findNearItems } from '../near/near-items.ts';
import { findOutliers } from '../near/outliers.ts';
import { findOutputs, type OutputItem } from '../outputs/find-outputs.ts';
import type { Ledger } from '../outputs/read-ledger.ts';
import { type CollectedColumns, collectColumns } from './collected-columns.ts';
import { type DatabaseSize, type ItemsDatabase, openItemsDatabase } from './database.ts';
import {
  fillFound,
  findCopies,
  type NearItem,
  type OutlierItem,
  type SettledItems,
  type Shown,
  settleItems,
  showItems,
} from './items-table.ts';
import type { JoinedItem, Joining } from './join-sidecars.ts';
import { itemReader } from './read-item.ts';
import { readParts } from './read-parts.ts';

export type Work = {
  readonly dataset: string;
  readonly snapshotId: string;
  readonly config: EffectiveConfig;
  readonly schema: SnapshotSchema | null;
  readonly parts: readonly SourcePart[];
  readonly joining: Joining;
  /** The position of the common subject in each item; null without alignment. */
  readonly subjects: Subjects | null;
  /** The outputs of the endpoint before the newest upload; null if there are none, or if they are not compared. */
  readonly ledger: Ledger | null;
  /** Is called for every item that the endpoint drew. */
  readonly markOutput: (item: number, source: string, label: string | null) => void;
  /** Is called for every item that counts, with its sidecar entry. */
  readonly observe: (item: number, source: string, row: PartRow, joined: JoinedItem) => void;
};

/** copies: every copy with the item that is kept. */
export type Tabulated = {
  readonly comparison: Comparison;
  readonly collected: CollectedColumns;
  readonly copies: ReadonlyMap<number, number>;
  readonly near: readonly NearItem[];
  readonly outliers: readonly OutlierItem[];
  /** Items that the endpoint drew. */
  readonly outputs: readonly OutputItem[];
  readonly settled: SettledItems;
  /** Items without the common subject, by their issue. */
  readonly lowSubjects: IssueCounts;
  readonly file: SnapshotIndex['items'][number];
};

/** Writes items.parquet. `look` is called with all results while the database is open. Leaves `scratch` unchanged. */
export async function tabulate<T>(
  data: Store,
  { scratch, database: size }: { readonly scratch: string; readonly database?: DatabaseSize | undefined },
  work: Work,
  look: (found: Tabulated, show: (items: Iterable<number>) => Promise<Map<number, Shown>>) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(scratch, 'index-'));
  try {
    const database = await openItemsDatabase(folder, size);
    try {
      const found = await fillAndJudge(data, database, work, join(folder, ITEMS_FILE));
      return await look(found, (items) => showItems(database, items));
    } finally {
      database.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fillAndJudge(data: Store, database: ItemsDatabase, work: Work, output: string): Promise<Tabulated> {
  const { dataset, snapshotId, config, schema, subjects, ledger } = work;
  const comparison = comparisonOf(config, schema);
  const equal: number[] = [];
  const collected = await readItems(data, database, work, comparison, equal);
  const copies = new Map<number, number>();
  const skip = collected.present.map((present) => 1 - present);
  await findCopies(database, (item, kept) => {
    copies.set(item, kept);
    skip[item] = 1;
  });
  const nearRule = config.rules['item.near-duplicate'];
  const outlierRule = config.rules['item.outlier'] as RuleSetting;
  const near =
    nearRule && nearRule.action !== 'off' ? await findNearItems(database, collected, comparison, nearRule, skip) : [];
  const outliers = findOutliers(collected, comparison, outlierRule, skip);
  const syntheticRule = config.rules['item.synthetic'] as RuleSetting;
  const outputs = ledger
    ? findOutputs(ledger, {
        collected,
        comparison,
        equal,
        nearRule,
        sourceOf: (item) => sourceOf(work, collected, item),
      })
    : [];
  for (const { item } of outputs)
    work.markOutput(
      item,
      sourceOf(work, collected, item),
      collected.labelNames[collected.labels[item] as number] ?? null,
    );
  const maxShare = syntheticRule.action === 'reject' ? 0 : thresholdOf(syntheticRule, 'maxShare');
  const settled = await settleItems(database, {
    near,
    outliers,
    subjects,
    outputs: { items: outputs, maxShare },
    shardItems: shardItemsOf(config, schema?.columns.length),
    output,
    dropCopies: definitionOf(config.kind).dropsCopies(config),
    dropNear: nearRule?.action === 'reject',
  });
  const bytes = await readFile(output);
  await data.put(keys.snapshot(dataset, snapshotId, ITEMS_FILE), bytes);
  const rows = collected.present.reduce((sum, present) => sum + present, 0);
  return {
    comparison,
    collected,
    copies,
    near,
    outliers,
    outputs,
    settled,
    lowSubjects: countLow(subjects, collected.present),
    file: { file: ITEMS_FILE, sha256: sha256(bytes), rows },
  };
}

function sourceOf({ parts }: Work, { starts }: CollectedColumns, item: number): string {
  let [low, high] = [0, parts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= item) low = middle;
    else high = middle - 1;
  }
  return parts[low]?.sourceKey ?? '';
}

/** `equal` gets the items whose content is in the ledger. */
async function readItems(
  data: Store,
  database: ItemsDatabase,
  { config, schema, parts, joining, subjects, ledger, observe }: Work,
  comparison: Comparison,
  equal: number[],
): Promise<CollectedColumns> {
  const collected = collectColumns(parts, comparison);
  const readItem = itemReader({ config, schema, comparison, joining, subjects });
  await fillFound(database, (add) =>
    readParts<PartRow>(data, parts, [...COMMON_COLUMNS, ...comparison.columns], (position, rows, first) => {
      const part = parts[position] as SourcePart;
      for (const [offset, row] of rows.entries()) {
        const rowPosition = first + offset;
        const item = (collected.starts[position] as number) + rowPosition;
        const read = readItem({ item, position, row: rowPosition, part }, row);
        if (!read) continue;
        collected.add(item, row, { label: read.joined.label, flags: read.flags, better: read.better });
        add(read.found);
        if (ledger?.contents.has(comparison.content(row))) equal.push(item);
        observe(item, part.sourceKey, row, read.joined);
      }
    }),
  );
  return collected;
}

function countLow(subjects: Subjects | null, present: Uint8Array): IssueCounts {
  const counts: IssueCounts = {};
  if (!subjects) return counts;
  for (const [item, isPresent] of present.entries())
    if (isPresent) for (const code of subjects.flagsOf(item)) addCounts(counts, { [code]: 1 });
  return counts;
}
