// Turns what Spark decided into the index of a snapshot: quality facts, files of items, plans of shards.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { sha256 } from '#core/base/hash.ts';
import { countRows } from '#core/base/parquet-columns.ts';
import { addCounts, type IssueCounts } from '#core/kinds/define/issue.ts';
import { Decided, GatherPlan, GatherTally, type ShownRow } from '#core/snapshot/distributed.ts';
import type { AssembleRequest, Indexed, SnapshotIndex } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { mapLimit } from '#core/store/map-limit.ts';
import type { Store } from '#core/store/store.ts';
import { planShards, writeIndex } from '../conclude.ts';
import { mergeTallies } from '../facts/item-counts.ts';
import { loadTallies } from '../gather/saved-tallies.ts';
import { countedWith } from '../items/join-sidecars.ts';
import { isForSpark, prepare } from '../prepare.ts';
import { DECIDED_FILE } from '../spark/decide.ts';
import { decidedFindings } from './decided-findings.ts';

const READS_AT_ONCE = 16;
const ITEM_FILE = /items\/file=([^/]+)\/[^/]+\.parquet$/;

type Dependencies = { readonly drop: Store; readonly data: Store };

/**
 * Writes the index of a snapshot that Spark has decided about. If uploads have changed since then, the answer is that of a new snapshot, which is too
 * large and not decided about yet. Throws CorruptObjectError if something is missing.
 */
export const report =
  ({ drop, data }: Dependencies) =>
  async ({ request, snapshotId }: { request: AssembleRequest; snapshotId: string }): Promise<Indexed> => {
    const { dataset } = request;
    const prepared = await prepare({ drop, data }, dataset);
    const answer = { request, snapshotId: prepared.snapshotId, forSpark: false, toAlign: false, align: [], shards: 0 };
    if (await data.head(keys.manifest(dataset, prepared.snapshotId)))
      return { ...answer, tooLarge: false, sealed: true };
    if (prepared.snapshotId !== snapshotId)
      return { ...answer, tooLarge: true, forSpark: isForSpark(prepared), sealed: false };
    const plan = await stored(data, keys.gatherPlan(dataset, snapshotId), GatherPlan);
    const decided = await stored(data, keys.decided(dataset, snapshotId, DECIDED_FILE), Decided);
    const batches = Array.from({ length: plan.batches }, (_, batch) => batch);
    const saved = await mapLimit(batches, READS_AT_ONCE, (batch) =>
      stored(data, keys.tally(dataset, snapshotId, batch), GatherTally),
    );
    const { schema } = plan;
    const tallies = mergeTallies(schema, saved.map(loadTallies));
    const bySource = joinedOf(saved);
    const joining = { bySource, counted: countedWith(bySource) };
    const found = decidedFindings(decided, prepared.parts);
    const shown = new Map([...saved.flatMap((tally) => tally.shown), ...decided.shown].map((row) => [row.item, row]));
    const files = await copyItems(data, dataset, snapshotId, found.settled.shards);
    const index = await writeIndex(data, {
      ...{ prepared, schema, joining, tallies, found, files },
      ...{ subjects: null, ranking: null },
      show: (items) => Promise.resolve(chosen(shown, items)),
    });
    const fileOf = (position: number) => ({ file: files[position]?.file ?? '', first: 0 });
    return { ...answer, tooLarge: false, sealed: false, shards: await planShards(data, index, found.settled, fileOf) };
  };

/** Copies the files of items into the snapshot: one for each shard, in their order, then those of items that are left out. */
async function copyItems(
  data: Store,
  dataset: string,
  snapshotId: string,
  shards: readonly SnapshotIndex['shards'][number][],
): Promise<SnapshotIndex['items']> {
  const found = new Map<string, string>();
  for await (const { key } of data.list(keys.decided(dataset, snapshotId, 'items/'))) {
    const name = ITEM_FILE.exec(key)?.[1];
    if (!name) continue;
    if (found.has(name)) throw corrupt(`${key} is not the only file of ${name}`);
    found.set(name, key);
  }
  const placed = shards.map(({ name, items }) => ({ name, rows: items }));
  const names = new Set(shards.map(({ name }) => name));
  const others = [...found.keys()].filter((name) => !names.has(name)).sort();
  return mapLimit(
    [...placed, ...others.map((name) => ({ name, rows: undefined }))],
    READS_AT_ONCE,
    async ({ name, rows }) => {
      const key = found.get(name);
      const object = key === undefined ? undefined : await data.get(key);
      if (!object) throw corrupt(`The items of ${name} do not exist`);
      const count = countRows(object.body);
      if (rows !== undefined && count !== rows) throw corrupt(`${key} has ${count} items in place of ${rows}`);
      const file = `items/${name}.parquet`;
      await data.put(keys.snapshot(dataset, snapshotId, file), object.body);
      return { file, sha256: sha256(object.body), rows: count };
    },
  );
}

function joinedOf(saved: readonly GatherTally[]): Map<string, { rejected: number; byIssue: IssueCounts }> {
  const bySource = new Map<string, { rejected: number; byIssue: IssueCounts }>();
  for (const [source, { rejected, byIssue }] of saved.flatMap(({ joined }) => joined)) {
    const sum = bySource.get(source) ?? { rejected: 0, byIssue: {} };
    addCounts(sum.byIssue, byIssue);
    bySource.set(source, { rejected: sum.rejected + rejected, byIssue: sum.byIssue });
  }
  return bySource;
}

function chosen(shown: ReadonlyMap<number, ShownRow>, items: Iterable<number>): Map<number, ShownRow> {
  return new Map([...new Set(items)].flatMap((item) => (shown.has(item) ? [[item, shown.get(item) as ShownRow]] : [])));
}

async function stored<T>(data: Store, key: string, schema: Parameters<typeof readJson<T>>[2]): Promise<T> {
  const found = await readJson(data, key, schema);
  if (!found) throw corrupt(`${key} does not exist`);
  return found.value;
}

function corrupt(what: string): GoldpanError {
  return new GoldpanError(FAILURE.corruptObject, `${what}. Start assemble again.`);
}
