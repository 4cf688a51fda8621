// Writes one shard of a snapshot: pixels and class indices as arrays, a receipt last.
import { parquetReadObjects } from 'hyparquet';
import * as z from 'zod';
import { FAILURE, GoldpanError } from '#core/errors.ts';
import { sha256 } from '#core/hash.ts';
import { keys } from '#core/keys.ts';
import { ShardFile, type ShardRequest, SnapshotIndex } from '#core/messages/snapshot.ts';
import { encodeNpy } from '#core/npy.ts';
import { decodePart } from '#core/part.ts';
import { INDEX_FILE, ITEMS_FILE, shardFiles } from '#core/snapshot.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import type { Store } from '#core/store/store.ts';

/** The largest part is about 100 MiB. */
const PARTS_AT_ONCE = 4;
const NO_LABEL = -1;

type Dependencies = { readonly data: Store };

const ItemRow = z.object({
  itemId: z.string(),
  label: z.string().nullable(),
  shard: z.string().nullable(),
  part: z.int().min(0),
  row: z.int().min(0),
});
type ItemRow = z.infer<typeof ItemRow>;

/** The same request gives the same bytes; where the receipt lies already, nothing is done again. */
export const shard =
  ({ data }: Dependencies) =>
  async ({ dataset, snapshotId, shard: name }: ShardRequest): Promise<ShardFile> => {
    const at = (file: string) => keys.snapshot(dataset, snapshotId, file);
    const files = shardFiles(name);
    const there = await readJson(data, at(files.receipt), ShardFile);
    if (there) return there.value;

    const index = (await readJson(data, at(INDEX_FILE), SnapshotIndex))?.value;
    const place = index?.shards.findIndex((planned) => planned.name === name) ?? -1;
    const planned = index?.shards[place];
    if (!index || !planned) throw corrupt(`Snapshot ${snapshotId} of ${dataset} has no shard ${name}.`);
    const { split, items } = planned;
    const firstRow = index.shards.slice(0, place).reduce((sum, before) => sum + before.items, 0);
    const rows = await readRows(data, at(ITEMS_FILE), firstRow, items);
    if (rows.length !== items || rows.some((row) => row.shard !== name)) {
      throw corrupt(`${at(ITEMS_FILE)} is not the one that ${INDEX_FILE} describes.`);
    }

    const { width, height, channels } = index.config.image;
    const values = await readPixels(data, index, rows, height * width * channels);
    const pixels = encodeNpy({ shape: [items, height, width, channels], values });
    const labels = encodeNpy({ shape: [items], values: classIndices(index.labels, rows) });
    await data.put(at(files.pixels), pixels);
    await data.put(at(files.labels), labels);
    const written = { name, split, items, pixelsSha256: sha256(pixels), labelsSha256: sha256(labels) };
    await writeJson(data, at(files.receipt), written);
    return written;
  };

/** Rows of items.parquet lie in the order of the shards, so a shard is one stretch of it. */
async function readRows(data: Store, key: string, firstRow: number, count: number): Promise<ItemRow[]> {
  const byteLength = (await data.head(key))?.size;
  if (byteLength === undefined) throw corrupt(`${key} is gone.`);
  const slice = async (start: number, end = byteLength) => {
    const piece = await data.get(key, { range: { first: start, last: end - 1 } });
    if (piece?.body.length !== end - start) throw corrupt(`${key} ends too early.`);
    return piece.body.slice().buffer;
  };
  const rows = await parquetReadObjects({
    file: { byteLength, slice },
    columns: Object.keys(ItemRow.shape),
    rowStart: firstRow,
    rowEnd: firstRow + count,
  });
  return z.array(ItemRow).parse(rows);
}

/** Each part is read once, a few at a time: only the shard itself is held whole. */
async function readPixels(
  data: Store,
  { parts }: SnapshotIndex,
  rows: readonly ItemRow[],
  itemBytes: number,
): Promise<Uint8Array> {
  const values = new Uint8Array(rows.length * itemBytes);
  const byPart = [...Map.groupBy(rows.entries(), ([, { part }]) => part)];
  const copyPart = async ([place, wanted]: (typeof byPart)[number]) => {
    const { key, sha256: told } = parts[place] ?? { key: `part ${place}`, sha256: '' };
    const part = await data.get(key);
    if (!part || sha256(part.body) !== told) throw corrupt(`${key} is ${part ? 'not what it was' : 'gone'}.`);
    const items = await decodePart(part.body, ['itemId', 'bytes']);
    for (const [position, { row, itemId }] of wanted) {
      const item = items[row];
      if (item?.itemId !== itemId || item.bytes.length !== itemBytes) throw corrupt(`${key} lacks item ${itemId}.`);
      values.set(item.bytes, position * itemBytes);
    }
  };
  for (let start = 0; start < byPart.length; start += PARTS_AT_ONCE) {
    await Promise.all(byPart.slice(start, start + PARTS_AT_ONCE).map(copyPart));
  }
  return values;
}

function classIndices(labels: readonly string[], rows: readonly ItemRow[]): Int32Array {
  const indexOf = new Map(labels.map((label, place) => [label, place]));
  return Int32Array.from(rows, ({ label }) => (label === null ? NO_LABEL : (indexOf.get(label) ?? NO_LABEL)));
}

function corrupt(what: string): GoldpanError {
  return new GoldpanError(FAILURE.corruptObject, `${what} Start assemble again.`);
}
