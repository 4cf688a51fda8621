// Writes one shard of a snapshot: arrays or Parquet files for other tools, then a receipt.
import { parquetReadObjects } from 'hyparquet';
import * as z from 'zod';
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { sha256 } from '#core/base/hash.ts';
import { type ShardData, ShardReceipt, type ShardRequest, SnapshotIndex } from '#core/snapshot/messages.ts';
import { INDEX_FILE, ITEMS_FILE, shardReceipt } from '#core/snapshot/snapshot.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { shardContent } from './shard-content.ts';
import { ShardRow } from './shard-row.ts';

type Dependencies = { readonly data: Store };

/** Writes the shard. The same request gives the same bytes; if the receipt exists, nothing is done. */
export const shard =
  ({ data }: Dependencies) =>
  async ({ dataset, snapshotId, shard: name }: ShardRequest): Promise<ShardReceipt> => {
    const at = (file: string) => keys.snapshot(dataset, snapshotId, file);
    const there = await readJson(data, at(shardReceipt(name)), ShardReceipt);
    if (there) return there.value;

    const index = (await readJson(data, at(INDEX_FILE), SnapshotIndex))?.value;
    const position = index?.shards.findIndex((planned) => planned.name === name) ?? -1;
    const planned = index?.shards[position];
    if (!index || !planned) throw corrupt(`Snapshot ${snapshotId} of ${dataset} has no shard ${name}.`);
    const { split, items } = planned;
    const firstRow = index.shards.slice(0, position).reduce((sum, before) => sum + before.items, 0);
    const rows = await readRows(data, at(ITEMS_FILE), firstRow, items);
    if (rows.length !== items || rows.some((row) => row.shard !== name)) {
      throw corrupt(`${at(ITEMS_FILE)} does not match ${INDEX_FILE}.`);
    }

    const files: ShardData[] = [];
    for (const { bytes, ...file } of await shardContent(data, index, name, rows)) {
      await data.put(at(file.file), bytes);
      files.push({ ...file, sha256: sha256(bytes) });
    }
    const written: ShardReceipt = { schemaVersion: 1, name, split, items, files };
    await writeJson(data, at(shardReceipt(name)), written);
    return written;
  };

/** Reads the rows of one shard: items.parquet is sorted by shard, so they are consecutive. */
async function readRows(data: Store, key: string, firstRow: number, count: number): Promise<ShardRow[]> {
  const byteLength = (await data.head(key))?.size;
  if (byteLength === undefined) throw corrupt(`${key} does not exist.`);
  const slice = async (start: number, end = byteLength) => {
    const piece = await data.get(key, { range: { first: start, last: end - 1 } });
    if (piece?.body.length !== end - start) throw corrupt(`${key} is truncated.`);
    return piece.body.slice().buffer;
  };
  const rows = await parquetReadObjects({
    file: { byteLength, slice },
    columns: Object.keys(ShardRow.shape),
    rowStart: firstRow,
    rowEnd: firstRow + count,
  });
  return z.array(ShardRow).parse(rows);
}

function corrupt(what: string): GoldpanError {
  return new GoldpanError(FAILURE.corruptObject, `${what} Start assemble again.`);
}
