// Decides about the items of all complete uploads: which copy is kept, which split and which shard each item gets.

import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { count as formatCount } from '#core/base/format.ts';
import { LIMITS } from '#core/base/limits.ts';
import type { AssembleRequest, Indexed } from '#core/snapshot/messages.ts';
import { readSidecars } from '#core/snapshot/read-sidecars.ts';
import { ITEMS_FILE } from '#core/snapshot/snapshot.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { alignmentOf, pendingUnits } from './alignment/plan-alignment.ts';
import { readSubjects } from './alignment/read-subjects.ts';
import { planShards, writeIndex } from './conclude.ts';
import { findingsOf } from './facts/findings.ts';
import { openTallies } from './facts/item-counts.ts';
import { shownSubjects } from './facts/subject-facts.ts';
import type { DatabaseSize } from './items/database.ts';
import { folderFacts, seeFolders } from './items/folder-facts.ts';
import { joinSidecars } from './items/join-sidecars.ts';
import { readSnapshotSchema } from './items/snapshot-schema.ts';
import { tabulate } from './items/tabulate.ts';
import { findConflicts } from './near/conflicts.ts';
import { readLedger } from './outputs/read-ledger.ts';
import { isForSpark, prepare } from './prepare.ts';
import { startsOf } from './shards/write-plans.ts';

type Dependencies = {
  readonly drop: Store;
  readonly data: Store;
  /** A folder for spilled rows; it is left unchanged. */
  readonly scratch: string;
  /** Maximum number of items; above it, the answer is `tooLarge`. @default the limit of a function */
  readonly mostItems?: number;
  /** Maximum number of items of one process; above it, the stage throws where Spark cannot decide. @default LIMITS.indexWorkerItems */
  readonly mostAnywhere?: number;
  /** Whether the deployment has Spark for what is too large. @default false */
  readonly hasSpark?: boolean;
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
    hasSpark = false,
    database,
  }: Dependencies) =>
  async (request: AssembleRequest): Promise<Indexed> => {
    const { dataset } = request;
    const prepared = await prepare({ drop, data }, dataset);
    const { config, details, parts, sidecars, alignment, drawn, snapshotId, items } = prepared;
    const answer = { request, snapshotId, tooLarge: false, forSpark: false, toAlign: false, align: [], shards: 0 };
    if (await data.head(keys.manifest(dataset, snapshotId))) return { ...answer, sealed: true };
    const forSpark = hasSpark && isForSpark(prepared);
    if (items > mostAnywhere && !forSpark) throw tooManyItems(dataset, items, mostAnywhere);
    const plan = alignment ? alignmentOf({ dataset, snapshotId, config, parts, sidecars }) : undefined;
    const pending = plan ? await pendingUnits(data, plan) : [];
    if (pending.length > 0) return { ...answer, sealed: false, toAlign: true, align: pending };
    if (items > mostItems) return { ...answer, sealed: false, tooLarge: true, forSpark };

    const folders = folderFacts(config, seeFolders(config, details.verdicts));
    const joining = joinSidecars(config, await readSidecars(data, sidecars), folders);
    const schema = await readSnapshotSchema(data, dataset, config);
    const tallies = openTallies(schema);
    const subjects = plan && alignment ? await readSubjects(data, plan, alignment.code, alignment.rule) : null;
    const work = {
      ...{ dataset, snapshotId, config, schema, parts, joining, subjects },
      ledger: drawn ? await readLedger(data, drawn) : null,
      observe: tallies.observe,
      markOutput: (item: number, source: string, label: string | null) =>
        tallies.flag(item, source, label, 'item.synthetic'),
    };
    const { index, settled } = await tabulate(data, { scratch, database }, work, async (table, show) => {
      const sourceOf = parts.map(({ sourceKey }) => sourceKey);
      const found = findingsOf(table, findConflicts(table), sourceOf);
      const ranking = subjects && shownSubjects(subjects, table);
      const conclusion = { prepared, schema, joining, tallies, found, files: [table.file], subjects, ranking, show };
      return { index: await writeIndex(data, conclusion), settled: table.settled };
    });
    const firstRows = startsOf(index.shards.map((shard) => shard.items));
    const rowsOf = (position: number) => ({ file: ITEMS_FILE, first: firstRows[position] as number });
    return { ...answer, sealed: false, shards: await planShards(data, index, settled, rowsOf) };
  };

function tooManyItems(dataset: string, items: number, most: number): GoldpanError {
  return new GoldpanError(
    FAILURE.tooManyItems,
    `Dataset ${dataset} has ${formatCount(items)} accepted items; a snapshot has at most ${formatCount(most)}. Split it into several datasets, or remove ` +
      `uploads with goldpan rm. The last snapshot is unchanged.`,
  );
}
