// Plans one upload and cleans its largest unit, in a process of its own: node one-unit.ts KIND KEY FILE YAML OUT [whole]. A table, and with `whole`
// any upload, is taken to its snapshot. The stores lie in memory here, where a function reads objects in pieces, so their bytes are not counted.
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { LIMITS } from '#core/base/limits.ts';
import type { Kind } from '#core/base/names.ts';
import type { UnitMessage } from '#core/ingest/messages.ts';
import { Verdict } from '#core/ingest/messages.ts';
import { AssembleRequest, ShardRequest } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { loadCleaner } from '#stages/clean/load-cleaner.ts';
import { index } from '#stages/index/stage.ts';
import { seal } from '#stages/seal/stage.ts';
import { shard } from '#stages/shard/stage.ts';
import { intake } from '../../test/fixtures/ingest.ts';
import type { MeasuredStage } from './one-unit-output.ts';

const DATASET = 'worst';
const MIB = 2 ** 20;
const LOOK_MS = 20;
const TICKS_A_SECOND = 100;
const FUNCTIONS = join(import.meta.dirname, '../../functions');

const [kind, key = '', file = '', yaml = '', out = '', whole] = process.argv.slice(2);
const into = intake();
const { drop, data } = into;
const PROCESSES = {
  readProcess: join(FUNCTIONS, 'clean-table/read-process.ts'),
  decodeProcess: join(FUNCTIONS, 'clean-audio/decode-process.ts'),
  extractProcess: join(FUNCTIONS, 'clean-text/extract-process.ts'),
};

await into.dropObject(`${DATASET}/dataset.yaml`, yaml);
const bytes = readFileSync(file);
const measured: MeasuredStage[] = [];
let accepted = 0;
await measure('validate', bytes.length, async () => {
  await into.dropObject(`${DATASET}/${key}`, bytes);
  return 0;
});
const units = into.queue.splice(0);
const unit = units[0];
if (!unit) throw new Error(`${key} gave no unit: ${JSON.stringify(await into.refusals())}`);
const clean = await loadCleaner(kind as Kind, { ...PROCESSES, scratch: tmpdir() });
await cleanUnits(whole ? units : [unit]);
if (kind === 'table' || whole) await snapshot();
writeFileSync(out, JSON.stringify(measured));

/** What is reported is the worst of them. */
async function cleanUnits(some: readonly UnitMessage[]): Promise<void> {
  const stage = `clean-${kind}`;
  for (const one of some)
    await measure(stage, bytes.length + (await stored()), async () => {
      await clean(one, { drop, data });
      const verdict = (await readJson(data, keys.verdict(one), Verdict))?.value;
      accepted += verdict?.items.accepted ?? 0;
      for (const { code, given } of verdict?.examples ?? []) process.stderr.write(`refused: ${code}, ${given}\n`);
      return (verdict?.items.accepted ?? 0) + (verdict?.items.rejected ?? 0);
    });
  const cleaned = measured.splice(-some.length);
  const most = (of: (one: MeasuredStage) => number) => Math.max(...cleaned.map(of));
  measured.push({
    stage,
    items: most(({ items }) => items),
    cpuSeconds: most(({ cpuSeconds }) => cpuSeconds),
    peakMiB: most(({ peakMiB }) => peakMiB),
  });
  const total = cleaned.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  process.stderr.write(`${some.length} units cleaned in ${Math.round(total)} s of CPU time\n`);
}

/** Bytes of the data bucket. */
async function stored(): Promise<number> {
  let sum = 0;
  for await (const { size } of data.list('')) sum += size;
  return sum;
}

/** The worst shard stands for all of them. */
async function snapshot(): Promise<void> {
  const request = AssembleRequest.parse({ dataset: DATASET, trigger: 'manual' });
  const held = bytes.length + (await stored());
  let snapshotId = '';
  await measure('index', held, async () => {
    const indexed = await index({ drop, data, scratch: tmpdir(), mostItems: LIMITS.indexWorkerItems })(request);
    snapshotId = indexed.snapshotId;
    return accepted;
  });
  const listed = await readJson(data, keys.shardList(DATASET, snapshotId), z.array(ShardRequest));
  const [first, ...others] = listed?.value ?? [];
  await measure('shard', held, async () => (first ? (await shard({ data })(first)).items : 0));
  for (const other of others) await shard({ data })(other);
  await measure('seal', bytes.length + (await stored()), async () => {
    await seal({ data })({ request, snapshotId });
    return others.length + 1;
  });
}

/** `held`: bytes of the stores, which a function does not hold. `work` returns the number of items. */
async function measure(stage: string, held: number, work: () => Promise<number>): Promise<void> {
  global.gc?.();
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, process.memoryUsage().rss);
  };
  const watch = setInterval(look, LOOK_MS);
  const before = cpuSeconds();
  const items = await work();
  look();
  clearInterval(watch);
  const cpu = cpuSeconds() - before;
  measured.push({ stage, items, cpuSeconds: cpu, peakMiB: (peak - held) / MIB });
}

/** Of this process and of those that it started and that have ended. */
function cpuSeconds(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_A_SECOND;
}
