import { expect, test } from 'vitest';
import * as z from 'zod';
import { readJson, writeJson, writeOnce } from '#core/store/json.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { updateJson } from '#core/store/update.ts';

const Counter = z.strictObject({ count: z.int() });

test('an object that is not what its schema says is named, with what is wrong', async () => {
  const store = memoryStore({ bucket: 'data' });
  for (const body of ['{"count":"one"}', '{"more":2}', 'no json', '']) {
    await store.put('a.json', body);
    await expect(readJson(store, 'a.json', Counter), body).rejects.toMatchObject({
      name: 'CorruptObjectError',
      message: expect.stringContaining('data/a.json'),
    });
  }
  expect(await readJson(store, 'absent.json', Counter)).toBeUndefined();
});

test('fields that another version of goldpan wrote are ignored, at any depth', async () => {
  const store = memoryStore();
  const Item = z.discriminatedUnion('kind', [Counter.extend({ kind: z.literal('a') })]);
  const Nested = z.strictObject({ counters: z.array(Item) });
  await store.put('a.json', JSON.stringify({ more: 1, counters: [{ kind: 'a', count: 1, more: { deep: 2 } }] }));
  expect((await readJson(store, 'a.json', Nested))?.value).toEqual({ counters: [{ kind: 'a', count: 1 }] });
});

test('the same value is the same bytes, whatever the order of its keys', async () => {
  const store = memoryStore();
  await writeJson(store, 'a', { b: 1, a: { d: 2, c: [{ f: 1, e: 2 }] } });
  await writeJson(store, 'b', { a: { c: [{ e: 2, f: 1 }], d: 2 }, b: 1 });
  expect((await store.head('a'))?.etag).toBe((await store.head('b'))?.etag);
});

test('of many that write once, one is first; the same content is a success, other content is not', async () => {
  const store = memoryStore();
  const writes = await Promise.all(Array.from({ length: 100 }, () => writeOnce(store, 'a', { count: 1 })));
  expect(writes.filter(({ first }) => first)).toHaveLength(1);
  expect(writes.every(({ same }) => same)).toBe(true);
  expect(await writeOnce(store, 'a', { count: 2 })).toEqual({ first: false, same: false });
});

test('a hundred changes at once are all there afterwards', async () => {
  const store = memoryStore();
  const more = () => updateJson(store, 'a', Counter, (there) => ({ count: (there?.count ?? 0) + 1 }));
  await Promise.all(Array.from({ length: 100 }, more));
  expect((await readJson(store, 'a', Counter))?.value).toEqual({ count: 100 });
});

test('a change that wants nothing writes nothing', async () => {
  const store: Store = { ...memoryStore(), put: () => Promise.reject(new Error('nothing is to be written')) };
  expect(await updateJson(store, 'a', Counter, () => undefined)).toBeUndefined();
});

test('an update that others always outrun gives up and says so', async () => {
  const store: Store = { ...memoryStore(), put: async () => ({ status: 'refused' }) };
  await expect(updateJson(store, 'a', Counter, () => ({ count: 1 }))).rejects.toThrow(/changed concurrently 500 times/);
});
