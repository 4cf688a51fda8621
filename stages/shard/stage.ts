// Writes one shard of a snapshot: arrays or Parquet files for other tools, then a receipt.
import { parquetReadObjects } from 'hyparquet';
import * as z from 'zod';
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { sha256 } from '#core/base/hash.ts';
import { type ShardData, ShardReceipt, type ShardRequest } from '#core/snapshot/messages.ts';
import { ShardFailure, ShardPlan, SharedPlan } from '#core/snapshot/shard-plan.ts';
import { shardReceipt } from '#core/snapshot/snapshot.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { shardContent } from './shard-content.ts';
import { ShardRow } from './shard-row.ts';

type Dependencies = { readonly data: Store };

/**
 * Writes the shard. The same request gives the same bytes; if the receipt exists, nothing is done. Why a shard cannot be written is
 * also stored, because the state machine keeps only that a call of many failed.
 */
export const shard =
  ({ data }: Dependencies) =>
  async (request: ShardRequest): Promise<ShardReceipt> => {
    try {
      return await written(data, request);
    } catch (error) {
      if (error instanceof GoldpanError) {
        const key = keys.shardFailure(request.dataset, request.snapshotId, request.shard);
        await writeJson(data, key, ShardFailure.parse({ schemaVersion: 1, message: error.message }));
      }
      throw error;
    }
  };

async function written(data: Store, { dataset, snapshotId, shard: name }: ShardRequest): Promise<ShardReceipt> {
  const at = (file: string) => keys.snapshot(dataset, snapshotId, file);
  const there = await readJson(data, at(shardReceipt(name)), ShardReceipt);
  if (there) return there.value;

  const [shared, planned] = await Promise.all([
    readJson(data, keys.sharedPlan(dataset, snapshotId), SharedPlan),
    readJson(data, keys.shardPlan(dataset, snapshotId, name), ShardPlan),
  ]);
  if (!shared || !planned) throw corrupt(`Snapshot ${snapshotId} of ${dataset} has no shard ${name}.`);
  const { split, items, rows: place } = planned.value;
  const rows = await readRows(data, at(place.file), place.first, items);
  if (rows.length !== items || rows.some((row) => row.shard !== name))
    throw corrupt(`${at(place.file)} does not match ${keys.shardPlan(dataset, snapshotId, name)}.`);

  const files: ShardData[] = [];
  for (const { bytes, ...file } of await shardContent(data, { ...shared.value, ...planned.value }, rows)) {
    await data.put(at(file.file), bytes);
    files.push({ ...file, sha256: sha256(bytes) });
  }
  const receipt: ShardReceipt = { schemaVersion: 1, name, split, items, files };
  await writeJson(data, at(shardReceipt(name)), receipt);
  return receipt;
}

/** Reads the rows of one shard: the file is sorted by shard, so they are consecutive. */
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
