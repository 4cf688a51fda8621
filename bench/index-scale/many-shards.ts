// A snapshot of very many shards on the S3 of an emulator of its own: lists them, writes a stub of each, and seals it with the stage of the
// product: node bench/index-scale/many-shards.ts FILE SHARDS
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { setEnvironment } from '#client/target.ts';
import { sha256 } from '#core/base/hash.ts';
import { AssembleRequest, Manifest, ShardReceipt, SnapshotIndex } from '#core/snapshot/messages.ts';
import { INDEX_FILE, shardFile, shardReceipt } from '#core/snapshot/snapshot.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { mapLimit } from '#core/store/map-limit.ts';
import { s3Client, s3Store } from '#core/store/s3.ts';
import type { Store } from '#core/store/store.ts';
import { writePlans } from '#stages/index/shards/write-plans.ts';
import { index } from '#stages/index/stage.ts';
import { seal } from '#stages/seal/stage.ts';
import { clientEnvironment, type Emulator, startEmulator } from '../../infra/emulator/emulator.ts';
import { DATASET, randomDataset } from '../../test/fixtures/spark/random-datasets.ts';

/** Seconds of a step, and of processor time in it. */
export type Step = { readonly seconds: number; readonly ownSeconds: number; readonly emulatorSeconds: number };
export type ManyShards = {
  readonly listed: Step;
  readonly written: Step;
  readonly sealed: Step;
  /** Of the process that did all of it. */
  readonly peakMemoryMiB: number;
};

const ITEMS = 200;
const WRITES_AT_ONCE = 64;
const TICKS_A_SECOND = 100;
const [file, shardsGiven] = process.argv.slice(2);
if (file === undefined) throw new Error('a file and a number of shards');
const SHARDS = Number(shardsGiven);
const request = AssembleRequest.parse({ dataset: DATASET, trigger: 'report' });

const emulator = await startEmulator();
try {
  setEnvironment(clientEnvironment(emulator.endpoint), process.env);
  const data = s3Store({ bucket: 'many-shards' });
  await s3Client().send(new CreateBucketCommand({ Bucket: data.bucket }));
  const snapshot = await indexed(data);
  const { snapshotId } = snapshot;
  const places = snapshot.shards.map((_, first) => ({ rows: { file: 'items.parquet', first }, parts: [0] }));
  const measured: ManyShards = {
    listed: await timed(() => writePlans(data, snapshot, places)),
    written: await timed(() =>
      mapLimit(snapshot.shards, WRITES_AT_ONCE, (shard) => writeStub(data, snapshotId, shard)),
    ),
    sealed: await timed(() => seal({ data })({ request, snapshotId })),
    peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
  };
  const manifest = (await readJson(data, keys.manifest(DATASET, snapshotId), Manifest))?.value;
  if (manifest?.shards.length !== SHARDS) throw new Error(`${manifest?.shards.length} shards are sealed of ${SHARDS}`);
  writeFileSync(file, JSON.stringify(measured));
} finally {
  await emulator.stop();
}

/** Returns the index of a small dataset with the list of very many shards of one item in the place of its own. */
async function indexed(data: Store): Promise<SnapshotIndex> {
  const scratch = await mkdtemp(join(tmpdir(), 'many-shards-'));
  try {
    const made = await randomDataset('image', { seed: 1, items: ITEMS });
    const { snapshotId } = await index({ drop: made.drop, data: made.data, scratch })(request);
    for await (const { key } of made.data.list('')) await data.put(key, (await made.data.get(key))?.body ?? '');
    const key = keys.snapshot(DATASET, snapshotId, INDEX_FILE);
    const own = (await readJson(data, key, SnapshotIndex))?.value;
    if (!own) throw new Error('There is no index.json.');
    const shards = Array.from({ length: SHARDS }, (_, i) => ({
      name: `train-${String(i).padStart(5, '0')}`,
      split: 'train' as const,
      items: 1,
    }));
    const many = { ...own, shards };
    await writeJson(data, key, many);
    return many;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Writes the receipt of a shard and its files, which are empty: seal looks whether they are there. */
async function writeStub(data: Store, snapshotId: string, shard: SnapshotIndex['shards'][number]): Promise<void> {
  const at = (file: string) => keys.snapshot(DATASET, snapshotId, file);
  const fileOf = (holds: 'pixels' | 'labels') => shardFile(shard.name, holds);
  const receipt: ShardReceipt = {
    ...{ schemaVersion: 1, ...shard },
    files: [
      { holds: 'pixels', file: fileOf('pixels'), type: 'uint8', shape: [1, 8, 8, 1], sha256: sha256(shard.name) },
      { holds: 'labels', file: fileOf('labels'), type: 'int32', shape: [1], sha256: sha256(shard.name) },
    ],
  };
  await Promise.all(receipt.files.map(({ file: name }) => data.put(at(name), '')));
  await writeJson(data, at(shardReceipt(shard.name)), ShardReceipt.parse(receipt));
}

async function timed(run: () => Promise<unknown>): Promise<Step> {
  const [started, own, theirs] = [performance.now(), process.cpuUsage(), emulatorSeconds(emulator)];
  await run();
  const { user, system } = process.cpuUsage(own);
  return {
    seconds: (performance.now() - started) / 1000,
    ownSeconds: (user + system) / 1e6,
    emulatorSeconds: emulatorSeconds(emulator) - theirs,
  };
}

/** Returns the processor time of the process group of the emulator so far. */
function emulatorSeconds({ pid }: Emulator): number {
  let ticks = 0;
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const fields = statOf(id);
    if (Number(fields[2]) === pid) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / TICKS_A_SECOND;
}

/** The fields of a process from its state on; empty if it has ended. */
function statOf(id: string): string[] {
  try {
    const text = readFileSync(`/proc/${id}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
