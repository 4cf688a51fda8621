// Lines up the items of all complete uploads: which of equal ones stays, which split each is in, which shard holds it.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Counts, countCensus, readDetails, takeCensus } from '#core/census.ts';
import type { ImageDataset } from '#core/config.ts';
import { readTrainableConfig } from '#core/current-config.ts';
import { FAILURE, GoldpanError } from '#core/errors.ts';
import { sha256 } from '#core/hash.ts';
import { addCounts, type Issue } from '#core/issues.ts';
import { keys } from '#core/keys.ts';
import type { Verdict } from '#core/messages/ingest.ts';
import { type AssembleRequest, type Indexed, SnapshotConfig, type SnapshotIndex } from '#core/messages/snapshot.ts';
import { decodePart } from '#core/part.ts';
import { comparePlaces, INDEX_FILE, ITEMS_FILE, type SourcePart, shardItemsOf, snapshotIdOf } from '#core/snapshot.ts';
import { writeJson } from '#core/store/json.ts';
import type { Store } from '#core/store/store.ts';
import { buildItemsTable, FACTS, type ItemsTable, type ItemsTableRequest } from './items-table.ts';
import { type Joining, joinSidecars, type PartFacts } from './join-sidecars.ts';
import { readSidecars, sidecarsOf } from './sidecars.ts';

/** Parts held at once: the largest is about 100 MiB. */
const READS_AT_ONCE = 8;

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
    const { configId, config } = await readTrainableConfig(data, dataset);
    const census = await takeCensus(drop, data, dataset, configId);
    const details = await readDetails(data, census);
    const parts = partsOf(details.verdicts);
    const sidecars = sidecarsOf(details.verdicts);
    const snapshotId = snapshotIdOf({ dataset, configId, split: config.split, parts, sidecars });
    if (await data.head(keys.manifest(dataset, snapshotId))) return { request, snapshotId, sealed: true, shards: [] };

    const said = await readSidecars(data, sidecars);
    const join = joinSidecars(config, said);
    const work = { dataset, snapshotId, configId, config, parts };
    const table = await tabulate(dependencies, work, join);
    const found = indexOf(work, table, join.counted(countCensus(census, details)));
    await writeJson(data, keys.snapshot(dataset, snapshotId, INDEX_FILE), found);
    const shards = table.shards.map(({ name }) => ({ dataset, snapshotId, shard: name }));
    return { request, snapshotId, sealed: false, shards };
  };

function partsOf(verdicts: readonly Verdict[]): SourcePart[] {
  const parts = verdicts.flatMap(({ sourceKey, unit, part }) => (part ? [{ sourceKey, unit, ...part }] : []));
  return parts.sort(comparePlaces);
}

type Work = {
  readonly dataset: string;
  readonly snapshotId: string;
  readonly configId: string;
  readonly config: ImageDataset;
  readonly parts: readonly SourcePart[];
};

/** Writes items.parquet. The scratch folder is empty again afterwards, whatever happens. */
async function tabulate(
  { data, scratch }: Dependencies,
  { dataset, snapshotId, config, parts }: Work,
  { join: joined }: Joining,
) {
  const folder = await mkdtemp(join(scratch, 'index-'));
  const output = join(folder, ITEMS_FILE);
  const fill: ItemsTableRequest['fill'] = (append) =>
    readParts(data, parts, (place, items) => append(place, joined(items)));
  try {
    const shardItems = shardItemsOf(config.image);
    const table = await buildItemsTable({ fill, shares: config.split, shardItems, folder, output });
    await data.put(keys.snapshot(dataset, snapshotId, ITEMS_FILE), await readFile(output));
    return table;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readParts(
  data: Store,
  parts: readonly SourcePart[],
  append: (place: number, items: PartFacts[]) => void,
): Promise<void> {
  for (let start = 0; start < parts.length; start += READS_AT_ONCE) {
    const batch = await Promise.all(parts.slice(start, start + READS_AT_ONCE).map((part) => readPart(data, part)));
    for (const [offset, items] of batch.entries()) append(start + offset, items);
  }
}

async function readPart(data: Store, { key, sha256: told, items: count }: SourcePart): Promise<PartFacts[]> {
  const part = await data.get(key);
  if (!part || sha256(part.body) !== told) throw corrupt(key, part ? 'is not what its verdict tells' : 'is gone');
  const items = await decodePart(part.body, FACTS);
  if (items.length !== count) throw corrupt(key, `holds ${items.length} items, its verdict tells ${count}`);
  return items;
}

function indexOf(work: Work, table: ItemsTable, counts: Counts): SnapshotIndex {
  const { dataset, snapshotId, configId, config, parts } = work;
  const duplicates = table.items - table.distinct;
  return {
    dataset,
    snapshotId,
    configId,
    config: SnapshotConfig.parse(config),
    labels: table.byLabel.map(({ label }) => label),
    parts: parts.map(({ key, sha256, items }) => ({ key, sha256, items })),
    shards: [...table.shards],
    counts: {
      uploads: counts.uploads,
      items: { ...counts.items, distinct: table.distinct },
      byIssue: addCounts(counts.byIssue, duplicates > 0 ? { 'item.duplicate': duplicates } : {}),
      byLabel: Object.fromEntries(table.byLabel.map(({ label, items }) => [label, items])),
      conflictingLabels: table.conflictingLabels,
    },
    examples: table.duplicates.map(
      ({ path, keptPath }): Issue => ({ code: 'item.duplicate', place: { path }, given: `the content of ${keptPath}` }),
    ),
  };
}

function corrupt(key: string, what: string): GoldpanError {
  return new GoldpanError(
    FAILURE.corruptObject,
    `${key} ${what}. Start assemble again; if it stays, drop the file once more.`,
  );
}
