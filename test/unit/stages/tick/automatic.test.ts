import { expect, test } from 'vitest';
import { readDetails, takeInventory } from '#core/ingest/inventory.ts';
import { GateConfig } from '#core/kinds/gate-config.ts';
import type { ImageDataset } from '#core/kinds/image/definition.ts';
import { AssembleRequest } from '#core/snapshot/messages.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import { automaticStart } from '#stages/tick/automatic.ts';
import { tick } from '#stages/tick/stage.ts';
import { startOnce } from '../../../../functions/tick/start-once.ts';
import {
  type Buckets,
  CONFIG,
  CONFIG_ID,
  configure,
  DATASET,
  dropCleaned,
  dropObject,
  pictures,
} from '../index/world.ts';

const MINUTE = 60_000;
const AUTO: ImageDataset = { ...CONFIG, gate: GateConfig.parse({ auto: true, minItems: 40, minNewItems: 20 }) };

function timedBuckets() {
  let now = 0;
  const clock = () => new Date(now);
  const buckets: Buckets = {
    drop: memoryStore({ bucket: 'drop', versioned: true, now: clock }),
    data: memoryStore({ bucket: 'data', now: clock }),
  };
  const at = (minutes: number) => {
    now = minutes * MINUTE;
  };
  const wanted = async (minutes: number, config: ImageDataset = AUTO) => {
    const inventory = await takeInventory(buckets.drop, buckets.data, DATASET, CONFIG_ID);
    return automaticStart(
      buckets.data,
      inventory,
      await readDetails(buckets.data, inventory),
      config,
      minutes * MINUTE,
    );
  };
  return { buckets, at, wanted };
}

test('training starts when enough is there and nobody has dropped anything for five minutes', async () => {
  const { buckets, at, wanted } = timedBuckets();
  await dropCleaned(buckets, 'a.zip', [pictures(0, 30)]);
  expect(await wanted(60)).toBeUndefined();
  at(60);
  await dropCleaned(buckets, 'b.zip', [pictures(30, 60)]);
  expect(await wanted(64)).toBeUndefined();
  const start = await wanted(66);
  expect(AssembleRequest.parse(start?.request)).toEqual(start?.request);
  expect(start).toMatchObject({
    name: expect.stringMatching(/^auto-[0-9a-f]{32}$/),
    request: { trigger: 'automatic' },
  });
});

test('it never starts where dataset.yaml does not ask for it', async () => {
  const { buckets, wanted } = timedBuckets();
  await dropCleaned(buckets, 'a.zip', [pictures(0, 90)]);
  expect(await wanted(60, CONFIG)).toBeUndefined();
});

test('what is still being cleaned is waited for, but not for ever', async () => {
  const { buckets, wanted } = timedBuckets();
  await dropCleaned(buckets, 'a.zip', [pictures(0, 90)]);
  await dropObject(buckets, 'stuck.zip');
  expect(await wanted(59)).toBeUndefined();
  expect(await wanted(61)).toBeDefined();
});

test('the same data has one name, and other data or settings another', async () => {
  const { buckets, wanted } = timedBuckets();
  await dropCleaned(buckets, 'a.zip', [pictures(0, 60)]);
  const first = (await wanted(60))?.name;
  expect((await wanted(600))?.name).toBe(first);
  const changed = { ...AUTO, train: { ...AUTO.train, epochs: 9 } };
  const others = [(await wanted(60, changed))?.name];
  await dropCleaned(buckets, 'b.zip', [pictures(60, 61)]);
  others.push((await wanted(60))?.name);
  expect(new Set([first, ...others]).size).toBe(3);
});

test('after a run, only what was dropped since counts as new, and the run is named', async () => {
  const { buckets, at, wanted } = timedBuckets();
  await configure(buckets, AUTO);
  await dropCleaned(buckets, 'a.zip', [pictures(0, 60)]);
  at(120);
  await writeJson(buckets.data, keys.manifest(DATASET, 'before'), { configId: CONFIG_ID });
  await writeJson(buckets.data, keys.runOutcome(DATASET, 'vae-1'), { snapshotId: 'before' });
  expect(await wanted(240)).toBeUndefined();
  at(300);
  await dropCleaned(buckets, 'b.zip', [pictures(60, 79)]);
  expect(await wanted(400)).toBeUndefined();
  await dropCleaned(buckets, 'c.zip', [pictures(79, 80)]);
  expect((await wanted(400))?.request.since).toBe('before');
});

test('while a training runs no other starts; one whose trainer went away is waited for no more', async () => {
  const { buckets, at, wanted } = timedBuckets();
  await dropCleaned(buckets, 'a.zip', [pictures(0, 60)]);
  at(50);
  await writeJson(buckets.data, keys.runHead(DATASET, 'vae-1'), { status: 'running' });
  expect(await wanted(60)).toBeUndefined();
  expect(await wanted(66)).toBeDefined();
  await writeJson(buckets.data, keys.runHead(DATASET, 'vae-1'), { status: 'ended' });
  expect(await wanted(60)).toBeDefined();
});

test('a hundred ticks at once start one execution', async () => {
  const { buckets } = timedBuckets();
  await configure(buckets, AUTO);
  await dropCleaned(buckets, 'a.zip', [pictures(0, 60)]);
  const executions = new Map<string, unknown>();
  const start = startOnce(async (name, request) => {
    if (executions.has(name)) throw Object.assign(new Error('there is one'), { name: 'ExecutionAlreadyExists' });
    executions.set(name, request);
  });
  const deps = {
    ...buckets,
    send: async () => undefined,
    backlog: async () => 0,
    start,
    now: () => 60 * MINUTE,
    hasTime: () => true,
  };
  await Promise.all(Array.from({ length: 100 }, () => tick(deps)));
  expect(executions.size).toBe(1);
  await tick({ ...deps, now: () => 120 * MINUTE });
  expect(executions.size).toBe(1);
});

test('a start that fails for another reason is a failure of the tick', async () => {
  const start = startOnce(() => Promise.reject(Object.assign(new Error('no'), { name: 'AccessDeniedException' })));
  await expect(start('auto-1', AssembleRequest.parse({ dataset: 'd', trigger: 'automatic' }))).rejects.toThrow('no');
});
