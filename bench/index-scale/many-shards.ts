// A snapshot of very many shards on the S3 of an emulator: lists them, writes a stub of each, and seals it with the stage of the product.
// node bench/index-scale/many-shards.ts [SHARDS], 50,000 by default
import { readdirSync, readFileSync } from 'node:fs';
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

const SHARDS = Number(process.argv[2] ?? 50_000);
const ITEMS = 200;
const WRITES_AT_ONCE = 64;
/** What seal may take: its function has five minutes and this memory. */
const [GOAL_SECONDS, FUNCTION_MIB] = [60, 1_024];
const TICKS_A_SECOND = 100;
const request = AssembleRequest.parse({ dataset: DATASET, trigger: 'report' });

const emulator = await startEmulator();
try {
  setEnvironment(clientEnvironment(emulator.endpoint), process.env);
  const data = s3Store({ bucket: 'many-shards' });
  await s3Client().send(new CreateBucketCommand({ Bucket: data.bucket }));
  const snapshot = await indexed(data);
  const { snapshotId } = snapshot;
  const places = snapshot.shards.map((_, first) => ({ rows: { file: 'items.parquet', first }, parts: [0] }));
  await timed('listed', () => writePlans(data, snapshot, places));
  await timed('written', () =>
    mapLimit(snapshot.shards, WRITES_AT_ONCE, (shard) => writeStub(data, snapshotId, shard)),
  );
  const seconds = await timed('sealed', () => seal({ data })({ request, snapshotId }));
  const manifest = (await readJson(data, keys.manifest(DATASET, snapshotId), Manifest))?.value;
  if (manifest?.shards.length !== SHARDS) throw new Error(`${manifest?.shards.length} shards are sealed of ${SHARDS}`);
  const memory = process.resourceUsage().maxRSS / 1024;
  say(`goal ${seconds <= GOAL_SECONDS ? 'met' : 'missed'}: sealed in ${seconds.toFixed(0)} of ${GOAL_SECONDS} s`);
  say(`peak memory of this process ${memory.toFixed(0)} MiB; the function has ${FUNCTION_MIB} MiB`);
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
  await Promise.all([...receipt.files.map(({ file }) => data.put(at(file), ''))]);
  await writeJson(data, at(shardReceipt(shard.name)), ShardReceipt.parse(receipt));
}

/** Prints the seconds of a step, and the processor time of this process and of the emulator in it. Returns the seconds. */
async function timed(what: string, run: () => Promise<unknown>): Promise<number> {
  const [started, own, theirs] = [performance.now(), process.cpuUsage(), emulatorSeconds(emulator)];
  await run();
  const { user, system } = process.cpuUsage(own);
  const seconds = (performance.now() - started) / 1000;
  const shares = `${((user + system) / 1e6).toFixed(1)} s of CPU time here and ${(emulatorSeconds(emulator) - theirs).toFixed(1)} s of the emulator`;
  say(`${SHARDS} shards ${what} in ${seconds.toFixed(1)} s, ${shares}`);
  return seconds;
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

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
