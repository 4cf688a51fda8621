// What events that come together share, and what they must not.
import { expect, test } from 'vitest';
import type { UnitMessage } from '#core/ingest/messages.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { validateAll } from '#stages/validate/stage.ts';
import { type Intake, intake } from '../../../fixtures/ingest.ts';
import { greyPng, zipOf } from '../../../fixtures/pictures.ts';

const YAML = 'kind: image\nimage: { width: 28, height: 28, channels: 1 }\nlabels: none\n';
const POINTER = keys.currentConfig('digits');

/** Every request, as `<what> <first part of the key>`, and each queue call by the keys of its messages. */
function watched(into: Intake, before: (request: string) => Promise<void> = async () => undefined) {
  const requests: string[] = [];
  const sent: string[][] = [];
  const watch = (store: Store): Store => {
    const noted = async (what: string, key: string) => {
      const request = `${what} ${store.bucket}/${key === POINTER ? 'pointer' : key.split('/')[0]}`;
      requests.push(request);
      await before(request);
    };
    return {
      ...store,
      get: (key, options) => noted('get', key).then(() => store.get(key, options)),
      head: (key, options) => noted('head', key).then(() => store.head(key, options)),
      put: (key, body, options) => noted('put', key).then(() => store.put(key, body, options)),
      async *list(prefix, options) {
        await noted('list', prefix);
        yield* store.list(prefix, options);
      },
    };
  };
  const send = async (_kind: string, messages: readonly UnitMessage[]) => {
    requests.push('send');
    sent.push(messages.map(({ source }) => source.key));
    into.queue.push(...messages);
  };
  return { requests, sent, deps: { drop: watch(into.drop), data: watch(into.data), send } };
}

async function dropped(into: Intake, files: Record<string, Uint8Array | string>) {
  for (const [key, body] of Object.entries(files)) await into.drop.put(key, body);
  return Promise.all(Object.keys(files).map((key) => into.eventOf(key)));
}

async function configured() {
  const into = intake();
  await into.dropObject('digits/dataset.yaml', YAML);
  return into;
}

test('small files share two reads of the pointer and one call to the queue; each is read once and planned once', async () => {
  const into = await configured();
  const png = await greyPng();
  const events = await dropped(into, { 'digits/a.png': png, 'digits/b.png': png, 'digits/c.png': png });
  const { requests, sent, deps } = watched(into);
  const results = await validateAll(events, deps);
  expect(results.map((result) => result.status === 'fulfilled' && result.value.units)).toEqual([1, 1, 1]);
  expect(sent).toEqual([['digits/a.png', 'digits/b.png', 'digits/c.png']]);
  const times = (what: string) => requests.filter((request) => request === what).length;
  expect([times('get drop/digits'), times('put data/uploads'), times('get data/pointer')]).toEqual([3, 3, 2]);
  expect(requests).toHaveLength(9);
});

test('the pointer is read once more after the last plan is written, so units go out under what is in force then', async () => {
  const into = await configured();
  const png = await greyPng();
  const events = await dropped(into, { 'digits/a.png': png, 'digits/b.png': png });
  let plans = 0;
  const { requests, deps } = watched(into, async (request) => {
    // Moved while the second plan is being written: an inventory taken by whoever moves it finds only the first.
    if (request !== 'put data/uploads' || ++plans !== 2) return;
    await into.dropObject('digits/dataset.yaml', YAML.replace('28, height', '20, height'));
  });
  await validateAll(events, deps);
  expect(requests.lastIndexOf('get data/pointer')).toBeGreaterThan(requests.lastIndexOf('put data/uploads'));
  const inForce = (await into.current('digits'))?.configId;
  const sentLast = new Map(into.queue.map(({ source, configId }) => [source.key, configId]));
  expect(sentLast).toEqual(new Map(['digits/a.png', 'digits/b.png'].map((key) => [key, inForce])));
});

test('a repeat among them is sent only what has no verdict', async () => {
  const into = await configured();
  const png = await greyPng();
  const events = await dropped(into, { 'digits/a.png': png, 'digits/b.png': png });
  await into.validate(events[0]);
  await into.cleanAll();
  const { sent, deps } = watched(into);
  expect(await validateAll(events, deps)).toMatchObject([{ value: { units: 0 } }, { value: { units: 1 } }]);
  expect(sent).toEqual([['digits/b.png']]);
});

test('a repeat of what no longer would be taken is not refused beside its plan', async () => {
  const into = await configured();
  const [event] = await dropped(into, { 'digits/a.png': await greyPng() });
  await into.validate(event);
  await into.dropObject('digits/dataset.yaml', 'kind: text\n');
  expect(await into.validate(event)).toMatchObject({ state: 'planned' });
  expect(await into.refusals()).toEqual([]);
});

test('what cannot be done fails alone; a queue that takes nothing fails those that go there', async () => {
  const into = await configured();
  const png = await greyPng();
  const [good, bad] = await dropped(into, { 'digits/a.png': png, 'digits/b.txt': 'no picture' });
  const { deps } = watched(into);
  const down = { ...deps, send: () => Promise.reject(new Error('the queue is down')) };
  const results = await validateAll([good, 'no event', bad], down);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  expect(results[2]).toMatchObject({ value: { state: 'refused' } });
  expect(await into.validate(good)).toMatchObject({ state: 'planned', units: 1 });
});

test('an archive and a dataset.yaml are left for a call of their own, which neither small files nor a fault share', async () => {
  const into = await configured();
  const png = await greyPng();
  const files = {
    'digits/all.zip': await zipOf({ '1/a.png': png }),
    'digits/a.png': png,
    'digits/dataset.yaml': YAML.replace('28, height', '20, height'),
  };
  const events = await dropped(into, files);
  const before = await into.current('digits');
  const { sent, deps } = watched(into);
  const states = (await validateAll(events, deps)).map((one) => one.status === 'fulfilled' && one.value.state);
  expect(states).toEqual(['deferred', 'planned', 'deferred']);
  expect(sent).toEqual([['digits/a.png']]);
  expect(await into.current('digits')).toEqual(before);
  for (const event of [events[0], events[2]]) await validateAll([event], deps);
  expect(sent.flat()).toContain('digits/all.zip');
  expect((await into.current('digits'))?.configId).not.toBe(before?.configId);
});
