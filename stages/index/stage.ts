// Decides about the items of all complete uploads: which copy is kept, which split and which shard each item gets.

import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { count as formatCount } from '#core/base/format.ts';
import { LIMITS } from '#core/base/limits.ts';
import { readCurrentConfig } from '#core/ingest/current-config.ts';
import {
  type Counts,
  countInventory,
  type InventoryDetails,
  readDetails,
  takeInventory,
} from '#core/ingest/inventory.ts';
import { datasetRulesOf, type EffectiveConfig } from '#core/kinds/config.ts';
import { addCounts, type Issue, type IssueCounts } from '#core/kinds/define/issue.ts';
import type { RuleSetting } from '#core/kinds/define/rule.ts';
import type { RulesInForce } from '#core/kinds/define/rules-in-force.ts';
import type { IssueCode } from '#core/kinds/issues.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import { augmentationOf } from '#core/model/augmentation.ts';
import { ALIGNMENT_VERSION } from '#core/snapshot/alignment.ts';
import { type AssembleRequest, type Indexed, SnapshotConfig, type SnapshotIndex } from '#core/snapshot/messages.ts';
import { FACTS_FILE, QualityFacts } from '#core/snapshot/quality/facts.ts';
import { readSidecars, sidecarsOf } from '#core/snapshot/read-sidecars.ts';
import { comparePlaces, INDEX_FILE, type SourcePart, snapshotIdOf } from '#core/snapshot/snapshot.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { alignmentOf, pendingUnits } from './alignment/plan-alignment.ts';
import { readSubjects } from './alignment/read-subjects.ts';
import { openTallies } from './facts/item-counts.ts';
import { qualityFacts } from './facts/quality-facts.ts';
import type { DatabaseSize } from './items/database.ts';
import { folderFacts } from './items/folder-facts.ts';
import type { Shown } from './items/items-table.ts';
import { joinSidecars } from './items/join-sidecars.ts';
import { readSnapshotSchema } from './items/snapshot-schema.ts';
import { type Tabulated, tabulate } from './items/tabulate.ts';
import { findConflicts } from './near/conflicts.ts';
import { type LedgerNames, listLedger, readLedger } from './outputs/read-ledger.ts';
import { writePlans } from './shards/write-plans.ts';

const EXAMPLES = 5;

type Dependencies = {
  readonly drop: Store;
  readonly data: Store;
  /** A folder for spilled rows; it is left unchanged. */
  readonly scratch: string;
  /** Maximum number of items; above it, the answer is `tooLarge`. @default the limit of a function */
  readonly mostItems?: number;
  /** Maximum number of items anywhere; above it, the stage throws. @default the limit of one process */
  readonly mostAnywhere?: number;
  /** Memory limit and number of threads of the database. @default 800 MiB, 2 */
  readonly database?: DatabaseSize;
};

/**
 * Indexes a dataset. If its photos must be aligned first, the result lists the units. Throws NoConfigurationError if no usable upload
 * exists yet, CorruptObjectError if a part does not match its verdict, TooManyItemsError if the dataset is too large for one process.
 */
export const index =
  ({
    drop,
    data,
    scratch,
    mostItems = LIMITS.indexItems,
    mostAnywhere = LIMITS.indexWorkerItems,
    database,
  }: Dependencies) =>
  async (request: AssembleRequest): Promise<Indexed> => {
    const { dataset } = request;
    const { configId, config } = await readCurrentConfig(data, dataset);
    const inventory = await takeInventory(drop, data, dataset, configId);
    const details = await readDetails(data, inventory);
    const parts = partsOf(details);
    const sidecars = sidecarsOf(details.verdicts);
    const augmentation = augmentationOf(config.train);
    const alignment = alignmentIn(config);
    const isAsked = (config.rules['item.synthetic'] as RuleSetting).action !== 'off';
    const drawn = isAsked ? await listLedger(data, dataset, inventory.uploads) : undefined;
    const rules = snapshotRules(config, { isAligned: alignment !== undefined, drawn });
    const outputs = drawn && { outputs: drawn.digest };
    const facts = { dataset, configId, split: config.split, rules, augmentation, ...outputs };
    const snapshotId = snapshotIdOf({ ...facts, parts, sidecars, ...(alignment && { alignment: ALIGNMENT_VERSION }) });
    const answer = { request, snapshotId, tooLarge: false, toAlign: false, align: [], shards: 0 };
    if (await data.head(keys.manifest(dataset, snapshotId))) return { ...answer, sealed: true };
    const items = parts.reduce((sum, part) => sum + part.items, 0);
    if (items > mostAnywhere) throw tooManyItems(dataset, items, mostAnywhere);
    const plan = alignment ? alignmentOf({ dataset, snapshotId, config, parts, sidecars }) : undefined;
    const pending = plan ? await pendingUnits(data, plan) : [];
    if (pending.length > 0) return { ...answer, sealed: false, toAlign: true, align: pending };
    if (items > mostItems) return { ...answer, sealed: false, tooLarge: true };

    const joining = joinSidecars(config, await readSidecars(data, sidecars), folderFacts(config, details.verdicts));
    const schema = await readSnapshotSchema(data, dataset, config);
    const tallies = openTallies(schema);
    const subjects = plan && alignment ? await readSubjects(data, plan, alignment.code, alignment.rule) : null;
    const work = {
      ...{ dataset, snapshotId, configId, config, schema, parts, joining, subjects },
      ledger: drawn ? await readLedger(data, drawn) : null,
      observe: tallies.observe,
      markOutput: (item: number, source: string, label: string | null) =>
        tallies.flag(item, source, label, 'item.synthetic'),
    };
    const found = await tabulate(data, { scratch, database }, work, async (table, show) => {
      const conflicts = findConflicts(table);
      const shown = await show(firstCopies(table.copies).flat());
      const conflicting = conflicts.reduce((sum, { distinct }) => sum + distinct.length, 0);
      const counts = countsOf(joining.counted(countInventory(inventory, details)), table, conflicting);
      const quality = { data, work, uploads: inventory.uploads, details, tallies, found: table, conflicts };
      const facts = await qualityFacts({ ...quality, uploadCounts: counts.uploads }, show);
      await writeJson(data, keys.snapshot(dataset, snapshotId, FACTS_FILE), QualityFacts.parse(facts));
      const index: SnapshotIndex = {
        schemaVersion: 1,
        dataset,
        snapshotId,
        configId,
        config: SnapshotConfig.parse(config),
        schema,
        labels: [...new Set(table.settled.byLabel.map(({ label }) => label))],
        augmentation,
        parts: parts.map(({ key, sha256, items, rolled }) => ({ key, sha256, items, ...(rolled && { rolled }) })),
        shards: [...table.settled.shards],
        items: table.file,
        decisionsDigest: table.settled.decisionsDigest,
        ...(subjects && { aligned: subjects.aligned }),
        counts,
        examples: examplesOf(table, shown),
      };
      return { index, partsOfShards: table.settled.partsOfShards };
    });
    await writeJson(data, keys.snapshot(dataset, snapshotId, INDEX_FILE), found.index);
    const shards = await writePlans(data, found.index, found.partsOfShards);
    return { ...answer, sealed: false, shards };
  };

function tooManyItems(dataset: string, items: number, most: number): GoldpanError {
  return new GoldpanError(
    FAILURE.tooManyItems,
    `Dataset ${dataset} has ${formatCount(items)} accepted items; a snapshot has at most ${formatCount(most)}. Split it into several datasets, or remove ` +
      `uploads with goldpan rm. The last snapshot is unchanged.`,
  );
}

function alignmentIn(config: EffectiveConfig): { code: IssueCode; rule: RuleSetting } | undefined {
  const { alignment } = definitionOf(config.kind);
  if (!alignment?.isOn(config)) return undefined;
  return { code: alignment.rule, rule: config.rules[alignment.rule] as RuleSetting };
}

/** Leaves out rules that decide nothing: of an alignment that is off, and about outputs where there are none. */
function snapshotRules(
  config: EffectiveConfig,
  { isAligned, drawn }: { readonly isAligned: boolean; readonly drawn: LedgerNames | undefined },
): RulesInForce {
  const { alignment } = definitionOf(config.kind);
  const rules = Object.entries(datasetRulesOf(config));
  return Object.fromEntries(
    rules.filter(
      ([code]) => (isAligned || code !== alignment?.rule) && (drawn !== undefined || code !== 'item.synthetic'),
    ),
  );
}

function partsOf({ verdicts, rolled }: InventoryDetails): SourcePart[] {
  const parts = verdicts.flatMap(({ sourceKey, unit, part }) =>
    part ? [{ sourceKey, unit, ...part, rolled: rolled.get(part.key) }] : [],
  );
  return parts.sort(comparePlaces);
}

function countsOf(before: Counts, found: Tabulated, conflicting: number): SnapshotIndex['counts'] {
  const { copies, near, outliers, settled, file } = found;
  const nearDuplicates = near.filter(({ item, best }) => item !== best).length;
  const byIssue = { ...before.byIssue };
  // Duplicates that clean has flagged within a unit are included in all copies.
  delete byIssue['item.duplicate'];
  const more: IssueCounts = {
    ...found.lowSubjects,
    'item.duplicate': copies.size,
    'item.near-duplicate': nearDuplicates,
    'item.outlier': outliers.length,
    'item.synthetic': found.outputs.length,
  };
  for (const [code, count] of Object.entries(more)) if (count > 0) addCounts(byIssue, { [code]: count });
  const byLabel = new Map<string, number>();
  for (const { label, items } of settled.byLabel) byLabel.set(label, (byLabel.get(label) ?? 0) + items);
  return {
    uploads: before.uploads,
    items: { ...before.items, distinct: file.rows - copies.size },
    byIssue,
    byLabel: Object.fromEntries(byLabel),
    conflictingLabels: conflicting,
    nearDuplicates,
    outliers: outliers.length,
    leaks: settled.leaks,
  };
}

/** Returns the first few duplicates as issues. */
function examplesOf({ copies }: Tabulated, shown: ReadonlyMap<number, Shown>): Issue[] {
  return firstCopies(copies).flatMap(([item, kept]): Issue[] => {
    const [other, first] = [shown.get(item), shown.get(kept)];
    if (!other || !first) return [];
    return [{ code: 'item.duplicate', place: { path: other.path }, given: `the content of ${first.path}` }];
  });
}

function firstCopies(copies: Tabulated['copies']): [number, number][] {
  return [...copies].slice(0, EXAMPLES);
}
