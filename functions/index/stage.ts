// Lines up the items of all complete uploads: which of equal ones stays, which split each is in, which shard holds it.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Augmentation, augmentationOf } from '#core/augmentation.ts';
import { type CensusDetails, type Counts, countCensus, readDetails, takeCensus } from '#core/census.ts';
import { datasetRulesOf, type EffectiveConfig } from '#core/config.ts';
import { readCurrentConfig } from '#core/current-config.ts';
import { sha256 } from '#core/hash.ts';
import { addCounts, type Issue } from '#core/issues.ts';
import { keys } from '#core/keys.ts';
import {
  type AssembleRequest,
  type Indexed,
  SnapshotConfig,
  type SnapshotIndex,
  type SnapshotSchema,
} from '#core/messages/snapshot.ts';
import { comparePlaces, INDEX_FILE, ITEMS_FILE, type SourcePart, shardItemsOf, snapshotIdOf } from '#core/snapshot.ts';
import { writeJson } from '#core/store/json.ts';
import type { Store } from '#core/store/store.ts';
import { buildItemsTable, FACTS, type ItemsTable, type ItemsTableRequest } from './items-table.ts';
import { type Joining, joinSidecars, type PartFacts } from './join-sidecars.ts';
import { readParts } from './read-parts.ts';
import { readSidecars, sidecarsOf } from './sidecars.ts';
import { readSnapshotSchema } from './snapshot-schema.ts';

type Dependencies = {
  readonly drop: Store;
  readonly data: Store;
  /** A folder for spilled rows; left as it was. */
  readonly scratch: string;
};

/** Throws NoConfigurationError where nothing usable was dropped yet, CorruptObjectError when a part is not its verdict's. */
export const index =
  (dependencies: Dependencies) =>
  async (request: AssembleRequest): Promise<Indexed> => {
    const { drop, data } = dependencies;
    const { dataset } = request;
    const { configId, config } = await readCurrentConfig(data, dataset);
    const census = await takeCensus(drop, data, dataset, configId);
    const details = await readDetails(data, census);
    const parts = partsOf(details);
    const sidecars = sidecarsOf(details.verdicts);
    const augmentation = augmentationOf(config.train);
    const facts = { dataset, configId, split: config.split, rules: datasetRulesOf(config), augmentation };
    const snapshotId = snapshotIdOf({ ...facts, parts, sidecars });
    if (await data.head(keys.manifest(dataset, snapshotId))) return { request, snapshotId, sealed: true, shards: [] };

    const said = await readSidecars(data, sidecars);
    const join = joinSidecars(config, said);
    const schema = config.kind === 'table' ? await readSnapshotSchema(data, dataset, config) : null;
    const work = { dataset, snapshotId, configId, config, schema, augmentation, parts };
    const table = await tabulate(dependencies, work, join);
    const found = indexOf(work, table, join.counted(countCensus(census, details)));
    await writeJson(data, keys.snapshot(dataset, snapshotId, INDEX_FILE), found);
    const shards = table.shards.map(({ name }) => ({ dataset, snapshotId, shard: name }));
    return { request, snapshotId, sealed: false, shards };
  };

function partsOf({ verdicts, rolled }: CensusDetails): SourcePart[] {
  const parts = verdicts.flatMap(({ sourceKey, unit, part }) =>
    part ? [{ sourceKey, unit, ...part, rolled: rolled.get(part.key) }] : [],
  );
  return parts.sort(comparePlaces);
}

type Work = {
  readonly dataset: string;
  readonly snapshotId: string;
  readonly configId: string;
  readonly config: EffectiveConfig;
  readonly schema: SnapshotSchema | null;
  readonly augmentation: Augmentation;
  readonly parts: readonly SourcePart[];
};

/** Writes items.parquet. The scratch folder is empty again afterwards, whatever happens. */
async function tabulate(
  { data, scratch }: Dependencies,
  { dataset, snapshotId, config, schema, parts }: Work,
  { join: joined }: Joining,
) {
  const folder = await mkdtemp(join(scratch, 'index-'));
  const output = join(folder, ITEMS_FILE);
  const fill: ItemsTableRequest['fill'] = (append) =>
    readParts<PartFacts>(data, parts, FACTS, (place, items) => append(place, joined(items)));
  try {
    const shardItems = shardItemsOf(config, schema?.columns.length);
    const table = await buildItemsTable({ fill, shares: config.split, shardItems, folder, output });
    const bytes = await readFile(output);
    await data.put(keys.snapshot(dataset, snapshotId, ITEMS_FILE), bytes);
    return { ...table, file: { file: ITEMS_FILE, sha256: sha256(bytes), rows: table.items } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function indexOf(work: Work, table: ItemsTable & { file: SnapshotIndex['items'] }, counts: Counts): SnapshotIndex {
  const { dataset, snapshotId, configId, config, schema, augmentation, parts } = work;
  const duplicates = table.items - table.distinct;
  return {
    dataset,
    snapshotId,
    configId,
    config: SnapshotConfig.parse(config),
    schema,
    labels: table.byLabel.map(({ label }) => label),
    augmentation,
    parts: parts.map(({ key, sha256, items, rolled }) => ({ key, sha256, items, ...(rolled && { rolled }) })),
    shards: [...table.shards],
    items: table.file,
    counts: {
      uploads: counts.uploads,
      items: { ...counts.items, distinct: table.distinct },
      byIssue: addCounts(counts.byIssue, duplicates > 0 ? { 'item.duplicate': duplicates } : {}),
      byLabel: Object.fromEntries(table.byLabel.map(({ label, items }) => [label, items])),
      conflictingLabels: table.conflictingLabels,
      nearDuplicates: 0,
      outliers: 0,
      leaks: { train: 0, validation: 0 },
    },
    examples: table.duplicates.map(
      ({ path, keptPath }): Issue => ({ code: 'item.duplicate', place: { path }, given: `the content of ${keptPath}` }),
    ),
  };
}
