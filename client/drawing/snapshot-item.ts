// Reads one image or clip of a snapshot by its id, in the form in which the model was trained on it.
import { decodeNpy } from '#core/base/npy.ts';
import { fetchColumns } from '#core/base/parquet-columns.ts';
import type { Split } from '#core/kinds/split.ts';
import type { CardOf, ModelCard } from '#core/model/messages/card.ts';
import { Manifest } from '#core/snapshot/messages.ts';
import { ITEMS_FILE, shardFile } from '#core/snapshot/snapshot.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { mapLimit } from '#core/store/map-limit.ts';
import type { Store } from '#core/store/store.ts';
import { chooseItem, isIdStart, SHORTEST_ID } from '../datasets/choose-item.ts';
import { ClientFailure, EXIT } from '../failure.ts';

const READS_AT_ONCE = 8;

type Row = {
  readonly itemId: string;
  readonly label: string | null;
  readonly shard: string | null;
  readonly path: string;
};
type SnapshotItem<Values> = { readonly values: Values; readonly label: string | null };
/** The array of a shard that has the items, and the number of values of each. */
type Content = { readonly holds: 'pixels' | 'samples'; readonly size: number };

/** `name`: an item id or its beginning. Throws ClientFailure when no item or several have it, or no shard holds it. */
export async function readSnapshotItem<Values extends Uint8Array | Int16Array>(
  data: Store,
  { dataset, snapshotId }: Pick<ModelCard, 'dataset' | 'snapshotId'>,
  name: string,
  { holds, size }: Content,
): Promise<SnapshotItem<Values>> {
  const rows = await readRows(data, dataset, snapshotId);
  const found = isIdStart(name) ? rows.filter(({ itemId }) => itemId.startsWith(name)) : [];
  const unknown = new ClientFailure(`${name} is neither a file nor the id of an item of snapshot ${snapshotId}.`, {
    next: `Give the path of a file, or at least ${SHORTEST_ID} characters of an item id.`,
    exitCode: EXIT.usage,
  });
  const row = chooseItem(found, name, ({ itemId, path }) => ({ id: itemId, path }), unknown);
  if (row.shard === null)
    throw new ClientFailure(`${row.path} was left out of snapshot ${snapshotId}, so its ${holds} are in no shard.`, {
      next: 'Give the path of the file.',
    });
  const place = rows.filter(({ shard }) => shard === row.shard).indexOf(row);
  const { values } = decodeNpy(await readFully(data, keys.snapshot(dataset, snapshotId, shardFile(row.shard, holds))));
  return { values: values.slice(place * size, (place + 1) * size) as Values, label: row.label };
}

/** The items of a split in the order in which a model was trained on them. */
export async function readSplitRows(
  data: Store,
  { dataset, snapshotId }: Pick<CardOf<'image'>, 'dataset' | 'snapshotId'>,
  split: Split,
): Promise<Pick<Row, 'itemId' | 'path'>[]> {
  const rows = await readRows(data, dataset, snapshotId);
  const own = rows.filter(({ shard }) => shard?.startsWith(`${split}-`));
  const shards = Map.groupBy(own, ({ shard }) => shard ?? '');
  return [...shards.keys()].sort().flatMap((shard) => shards.get(shard) ?? []);
}

/** Rows of a shard follow one another in its order. They are in one file, or in those that the manifest of a snapshot by Spark lists. */
async function readRows(data: Store, dataset: string, snapshotId: string): Promise<Row[]> {
  const one = keys.snapshot(dataset, snapshotId, ITEMS_FILE);
  if (await data.head(one)) return readFile(data, one);
  const manifest = await readJson(data, keys.manifest(dataset, snapshotId), Manifest);
  if (!manifest) throw missing(one);
  const files = manifest.value.items.map(({ file }) => keys.snapshot(dataset, snapshotId, file));
  return (await mapLimit(files, READS_AT_ONCE, (key) => readFile(data, key))).flat();
}

async function readFile(data: Store, key: string): Promise<Row[]> {
  const size = (await data.head(key))?.size ?? 0;
  const fetch = async (first: number, last: number) => readFully(data, key, { first, last });
  if (size === 0) throw missing(key);
  return fetchColumns<Row, keyof Row>(size, fetch, ['itemId', 'label', 'shard', 'path']);
}

async function readFully(data: Store, key: string, range?: { first: number; last: number }): Promise<Uint8Array> {
  const object = await data.get(key, range && { range });
  if (!object) throw missing(key);
  return object.body;
}

function missing(key: string): ClientFailure {
  return new ClientFailure(`${key} does not exist in the data bucket.`, { next: 'Train a model on the present data.' });
}
