import { expect, test } from 'vitest';
import { type ObjectEvent, Verdict } from '#core/ingest/messages.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { tick } from '#stages/tick/stage.ts';
import { type Buckets, CONFIG_ID, configure, DATASET, dropCleaned, pictures } from '../index/world.ts';

const MINUTE = 60_000;

function timedBuckets(): Buckets & { at(minutes: number): void } {
  let now = 0;
  const clock = () => new Date(now);
  return {
    drop: memoryStore({ bucket: 'drop', versioned: true, now: clock }),
    data: memoryStore({ bucket: 'data', now: clock }),
    at: (minutes) => {
      now = minutes * MINUTE;
    },
  };
}

/** Runs one tick at that minute; the events it repeats. */
async function tickAt(buckets: Buckets, minutes: number) {
  const events: ObjectEvent[] = [];
  const send = async (all: readonly ObjectEvent[]) => void events.push(...all);
  const start = async () => undefined;
  const outcome = await tick({
    ...buckets,
    send,
    backlog: async () => 0,
    start,
    now: () => minutes * MINUTE,
    hasTime: () => true,
  });
  return { outcome, keys: events.map(({ detail }) => detail.object.key) };
}

test('every dataset that was dropped into is looked after, whatever its name and whatever lies beside it', async () => {
  const buckets = timedBuckets();
  for (const key of ['a/x.png', 'a-b/x.png', 'a0/x.png', 'b/deep/x.png', 'Not A Dataset/x.png', 'loose.png'])
    await buckets.drop.put(key, 'bytes');
  const { outcome, keys } = await tickAt(buckets, 20);
  expect(outcome).toMatchObject({ datasets: 4, repeated: 4 });
  expect(keys.sort()).toEqual(['a-b/x.png', 'a/x.png', 'a0/x.png', 'b/deep/x.png']);
});

test('a dataset where nothing happens is looked at more and more rarely, half-hourly in the end', async () => {
  const buckets = timedBuckets();
  await configure(buckets);
  await dropCleaned(buckets, 'a.png', [pictures(0, 1)]);
  const looked: number[] = [];
  for (let minutes = 5; minutes <= 180; minutes += 5)
    if ((await tickAt(buckets, minutes)).outcome.datasets > 0) looked.push(minutes);
  expect(looked).toEqual([5, 10, 20, 40, 70, 100, 130, 160]);
  await dropCleaned(buckets, 'b.png', [pictures(1, 2)]);
  await tickAt(buckets, 185);
  expect((await tickAt(buckets, 190)).outcome.datasets).toBe(1);
});

test('the trouble of one dataset does not keep the others waiting', async () => {
  const buckets = timedBuckets();
  await buckets.drop.put('a/x.png', 'bytes');
  await buckets.drop.put('b/x.png', 'bytes');
  await buckets.data.put(keys.currentConfig('a'), 'no configuration');
  const events: ObjectEvent[] = [];
  const deps = {
    ...buckets,
    send: async (all: readonly ObjectEvent[]) => void events.push(...all),
    backlog: async () => 0,
    start: async () => undefined,
    now: () => 20 * MINUTE,
    hasTime: () => true,
  };
  await expect(tick(deps)).rejects.toThrow('tick failed for 1 datasets');
  expect(events.map(({ detail }) => detail.object.key)).toEqual(['b/x.png']);
});

test('single drops are read once in all, however often the dataset is looked at', async () => {
  const buckets = timedBuckets();
  await configure(buckets);
  let reads = 0;
  const data: Store = {
    ...buckets.data,
    get(key, options) {
      if (/^(verdicts|parts)\//.test(key)) reads++;
      return buckets.data.get(key, options);
    },
  };
  let minutes = 0;
  for (let round = 0; round < 6; round++) {
    for (let i = 0; i < 64; i++) {
      const number = round * 64 + i;
      await dropCleaned(buckets, `${number}.png`, [pictures(number, number + 1)]);
    }
    minutes += 5;
    await tickAt({ drop: buckets.drop, data }, minutes);
  }
  const verdicts = 6 * 64;
  expect(reads).toBe(2 * verdicts);
  const place = { dataset: DATASET, configId: CONFIG_ID };
  const rolled = await data.get(keys.rollup(place.dataset, place.configId));
  expect(rolled).toBeDefined();
  for await (const { key } of data.list(keys.verdicts(DATASET, CONFIG_ID)))
    expect(
      Verdict.parse(JSON.parse(new TextDecoder().decode((await buckets.data.get(key))?.body))).part,
    ).not.toBeNull();
});

test('what there was no time for is done by the next pass', async () => {
  const buckets = timedBuckets();
  await configure(buckets);
  for (let i = 0; i < 64; i++) await dropCleaned(buckets, `${i}.png`, [pictures(i, i + 1)]);
  let asked = 0;
  const nothing = async () => undefined;
  const deps = { ...buckets, send: nothing, backlog: async () => 0, start: nothing, now: () => 5 * MINUTE };
  const short = await tick({ ...deps, hasTime: () => asked++ === 0 });
  expect(short).toMatchObject({ datasets: 1, rolledUp: 0 });
  expect((await tickAt(buckets, 10)).outcome.rolledUp).toBe(64);
  // Everything is rolled up now, and nothing has changed.
  expect((await tickAt(buckets, 20)).outcome.rolledUp).toBe(0);
});
