// Closes a snapshot: writes its quality and manifest, decides the gate and creates the training job if the gate passes.

import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { readCurrentConfig } from '#core/ingest/current-config.ts';
import { SPLITS, type Split } from '#core/kinds/split.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { executionNameOf, runIdOf } from '#core/model/run-id.ts';
import { decideGate } from '#core/snapshot/gate.ts';
import { Manifest, type Sealed, type SealRequest, ShardFile, SnapshotIndex } from '#core/snapshot/messages.ts';
import { Quality } from '#core/snapshot/quality/quality.ts';
import { ShardFailure } from '#core/snapshot/shard-plan.ts';
import { INDEX_FILE, shardFile, shardHolds, shardReceipt } from '#core/snapshot/snapshot.ts';
import { readJson, writeOnce } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { mapLimit } from '#core/store/map-limit.ts';
import type { Store } from '#core/store/store.ts';
import { countNewItems } from './new-items.ts';
import { writeQuality, writeQualityPage } from './quality-files.ts';

/** Shards whose receipts are read in parallel. */
const READS_AT_ONCE = 64;

type Dependencies = { readonly data: Store };

/** Seals a snapshot. A sealed snapshot never changes; the gate and training settings are the current ones. */
export const seal =
  ({ data }: Dependencies) =>
  async ({ request, snapshotId }: SealRequest): Promise<Sealed> => {
    const { dataset, trigger, force, attempt, since } = request;
    const { config } = await readCurrentConfig(data, dataset);
    const manifest = await sealedManifest(data, dataset, snapshotId);
    const quality = (await readJson(data, keys.quality(dataset, snapshotId), Quality))?.value;
    if (!quality) throw incomplete(dataset, snapshotId, 'quality.json');
    await writeQualityPage(data, manifest, quality, config.gate);
    const { configId, splits } = manifest;
    const gate = decideGate(config.gate, {
      distinctItems: SPLITS.reduce((sum, split) => sum + splits[split], 0),
      splits,
      byLabel: quality.byLabel,
      quality: quality.scores.total,
      newItems: trigger === 'automatic' ? await countNewItems(data, dataset, snapshotId, since) : null,
      trigger,
      forcedBy: force,
    });
    if (gate.outcome !== 'passed') return { dataset, snapshotId, gate, job: null, executionName: null };
    const train = TrainConfig.parse({ ...config.train, ...request.train });
    const overridden = force !== null && gate.missing.length > 0 && { forcedBy: force };
    const job = { runId: runIdOf(snapshotId, train), dataset, snapshotId, configId, attempt, train, ...overridden };
    return { dataset, snapshotId, gate, job, executionName: executionNameOf(job) };
  };

async function sealedManifest(data: Store, dataset: string, snapshotId: string): Promise<Manifest> {
  const key = keys.manifest(dataset, snapshotId);
  const there = await readJson(data, key, Manifest);
  if (there) return there.value;
  const index = await readJson(data, keys.snapshot(dataset, snapshotId, INDEX_FILE), SnapshotIndex);
  if (!index) throw incomplete(dataset, snapshotId, INDEX_FILE);
  const shards = await writtenShards(data, index.value);
  const splits = countSplits(shards);
  const { configId, config, schema, labels, augmentation, counts } = index.value;
  const about = { configId, kind: config.kind, config, schema, labels, augmentation, leaks: counts.leaks };
  const decided = { items: index.value.items, decisionsDigest: index.value.decisionsDigest ?? null };
  const { captions } = index.value;
  const manifest: Manifest = {
    schemaVersion: 3,
    dataset,
    snapshotId,
    ...about,
    ...decided,
    splits,
    shards,
    ...(captions && { captions }),
  };
  await writeQuality(data, index.value, splits);
  const { same } = await writeOnce(data, key, manifest);
  if (same) return manifest;
  throw new GoldpanError(FAILURE.corruptObject, `${key} exists with other content than its index and shards give.`);
}

async function writtenShards(data: Store, index: SnapshotIndex): Promise<ShardFile[]> {
  const at = (file: string) => keys.snapshot(index.dataset, index.snapshotId, file);
  // A list of the files takes a thousandth of the requests that a look at each of them would take.
  const [stored, receipts] = await Promise.all([
    filesUnder(data, at('')),
    mapLimit(index.shards, READS_AT_ONCE, ({ name }) => readJson(data, at(shardReceipt(name)), ShardFile)),
  ]);
  const written: ShardFile[] = [];
  for (const [position, shard] of index.shards.entries()) {
    const receipt = receipts[position]?.value;
    const isWhole = shardHolds(index.config.kind).every((holds) => stored.has(shardFile(shard.name, holds)));
    if (!isWhole || receipt?.split !== shard.split || receipt.items !== shard.items)
      throw await missingShard(data, index, shard.name);
    written.push(receipt);
  }
  return written;
}

async function filesUnder(data: Store, folder: string): Promise<ReadonlySet<string>> {
  const files = new Set<string>();
  for await (const { key } of data.list(folder)) files.add(key.slice(folder.length));
  return files;
}

async function missingShard(data: Store, { dataset, snapshotId }: SnapshotIndex, name: string): Promise<GoldpanError> {
  const failure = await readJson(data, keys.shardFailure(dataset, snapshotId, name), ShardFailure);
  return incomplete(dataset, snapshotId, name, failure?.value.message);
}

function countSplits(shards: readonly ShardFile[]): Record<Split, number> {
  const counts = { train: 0, validation: 0, test: 0 };
  for (const { split, items } of shards) counts[split] += items;
  return counts;
}

function incomplete(dataset: string, snapshotId: string, what: string, why?: string): GoldpanError {
  const because = why ?? 'index or shard has not finished. Start assemble again.';
  return new GoldpanError(FAILURE.corruptObject, `Snapshot ${snapshotId} of ${dataset} has no ${what}: ${because}`);
}
