// A file dropped by itself: nobody asks whether it was cleaned before, and a repeat still changes nothing.
import { expect, test } from 'vitest';
import type { UnitMessage } from '#core/ingest/messages.ts';
import { keys } from '#core/store/keys.ts';
import type { Store, StoredObject } from '#core/store/store.ts';
import { cleanImages } from '#stages/clean/image.ts';
import { intake } from '../../../fixtures/ingest.ts';
import { greyPng } from '../../../fixtures/pictures.ts';

test('a file by itself is cleaned without asking whether it was before: four requests, and a repeat ends at its verdict', async () => {
  const into = intake();
  await into.dropObject('digits/1/a.png', await greyPng());
  const [message] = into.queue;
  const asked: string[] = [];
  const watch = (store: Store): Store => {
    const note = (what: string, key: string) => asked.push(`${what} ${key.split('/')[0]}`);
    return {
      ...store,
      async get(key, options) {
        note('get', key);
        return store.get(key, options);
      },
      async head(key, options) {
        note('head', key);
        return store.head(key, options);
      },
      async put(key, ...rest) {
        note('put', key);
        return store.put(key, ...rest);
      },
    };
  };
  const stores = { drop: watch(into.drop), data: watch(into.data) };
  expect(await cleanImages(message, stores)).toMatchObject({ state: 'cleaned', accepted: 1 });
  expect(asked.splice(0)).toEqual(['get config', 'get digits', 'put parts', 'put verdicts']);
  const before = await into.snapshot();
  expect(await cleanImages(message, stores)).toMatchObject({ state: 'done-before' });
  expect(asked).toEqual(['get config', 'get digits', 'put parts', 'put verdicts', 'get verdicts']);
  await into.data.delete(keys.verdict(message as UnitMessage));
  expect(await cleanImages(message, into)).toMatchObject({ state: 'cleaned', accepted: 1 });
  expect(await into.snapshot()).toEqual(before);
});

test('a repeat after its version is gone, or under a release that makes other bytes, leaves the verdict and all that it names, and says what it says', async () => {
  const into = intake();
  await into.dropObject('digits/1/a.png', await greyPng());
  const message = into.queue[0] as UnitMessage;
  await cleanImages(message, into);
  const before = await into.snapshot();
  const gone = { ...into.drop, get: async () => undefined };
  const outcome = { state: 'done-before', accepted: 1, rejected: 0 };
  expect(await cleanImages(message, { drop: gone, data: into.data })).toMatchObject(outcome);
  const body = await greyPng(28, 28, 7);
  const other: typeof into.drop.get = async (...asked) =>
    ({ ...(await into.drop.get(...asked)), body }) as StoredObject;
  const drop = { ...into.drop, get: other };
  expect(await cleanImages(message, { drop, data: into.data })).toMatchObject(outcome);
  expect(await into.snapshot()).toMatchObject(before);
});
