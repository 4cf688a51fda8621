import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '#core/base/limits.ts';
import { takeInventory } from '#core/ingest/inventory.ts';
import { UploadRefusal } from '#core/ingest/messages.ts';
import { keys, parseDropKey } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { validate } from '#stages/validate/stage.ts';
import { intake } from '../../../fixtures/ingest.ts';
import { claimPngSize, greyPng, renameInZip, zipOf } from '../../../fixtures/pictures.ts';
import { tarOf } from '../../../fixtures/tars.ts';

async function refusalOf(key: string, body: Uint8Array | string) {
  const into = intake();
  expect(await into.dropObject(key, body)).toMatchObject({ state: 'refused' });
  expect(into.queue).toEqual([]);
  const [refusal] = await into.refusals();
  return UploadRefusal.parse(refusal).issues[0];
}

describe('an image', () => {
  test('becomes one unit of its version', async () => {
    const into = intake();
    const outcome = await into.dropObject('digits/3/a.png', await greyPng());
    expect(outcome).toMatchObject({ state: 'planned', units: 1 });
    expect(into.queue).toMatchObject([
      { dataset: 'digits', unit: '00000-of-00001', slice: { type: 'object' }, source: { versionId: 'v00000001' } },
    ]);
    expect((await into.current('digits'))?.config).toMatchObject({
      image: { width: 28, channels: 1 },
      labels: 'folder',
    });
  });

  test.each(['digits/a b+c.png', 'digits/100%.png', 'digits/%zz/😀.png', `digits/${'k'.repeat(1017)}`])(
    'is taken under the key %j as it is',
    async (key) => {
      const into = intake();
      await into.dropObject(key, await greyPng());
      expect(into.queue.map(({ source }) => source.key)).toEqual([key]);
    },
  );

  test('is found when the event has its key encoded and its content is the event’s', async () => {
    const into = intake({ versionsInEvents: false });
    await into.drop.put('digits/a b+é.png', await greyPng());
    const event = await into.eventOf('digits/a b+é.png');
    event.detail.object.key = 'digits/a+b%2B%C3%A9.png';
    expect(await into.validate(event)).toMatchObject({ state: 'planned' });
    event.detail.object.etag = 'another';
    expect(await into.validate(event)).toMatchObject({ state: 'refused' });
  });

  test('is refused as superseded when the event tells of another content', async () => {
    const into = intake({ versionsInEvents: false });
    await into.drop.put('digits/a.png', await greyPng(28, 28, 1));
    const old = await into.eventOf('digits/a.png');
    await into.drop.put('digits/a.png', await greyPng(28, 28, 2));
    expect(await into.validate(old)).toMatchObject({ state: 'refused' });
    expect((await into.refusals())[0]?.issues[0]?.code).toBe('upload.superseded');
    expect(await into.validate(await into.eventOf('digits/a.png'))).toMatchObject({ state: 'planned' });
  });
});

describe('the whole upload is refused for', () => {
  test('an empty file', async () => expect((await refusalOf('digits/a.png', ''))?.code).toBe('upload.empty'));

  test('text that is named as an image, where images are', async () => {
    const into = intake();
    await into.dropObject('digits/first.png', await greyPng());
    expect(await into.dropObject('digits/a.png', 'not a picture')).toMatchObject({ state: 'refused' });
    expect((await into.refusals())[0]?.issues[0]).toMatchObject({
      code: 'upload.type-not-allowed',
      place: { path: 'a.png' },
      given: 'text',
      allowed: expect.stringContaining('PNG, JPEG, WebP'),
    });
  });

  test('another type, by its content', async () => {
    const icon = Buffer.from('8BPS\0\x01\0\0\0\0\0\0\0\x03', 'latin1');
    expect(await refusalOf('digits/a.png', icon)).toMatchObject({
      code: 'upload.type-not-allowed',
      given: expect.stringContaining('Photoshop'),
    });
  });

  test('a document that is a zip inside', async () => {
    const mimetype = Buffer.from('application/vnd.oasis.opendocument.presentation');
    const slides = await zipOf({ mimetype }, { compress: false });
    expect(await refusalOf('digits/a.zip', slides)).toMatchObject({
      code: 'upload.type-not-allowed',
      given: expect.stringContaining('a presentation'),
      remedy: expect.stringContaining('a.zip'),
    });
  });

  test('a place outside any dataset', async () => {
    const into = intake();
    await into.dropObject('a.png', await greyPng());
    const [refusal] = await into.refusals();
    expect(refusal).toMatchObject({ dataset: '_', issues: [{ code: 'upload.outside-dataset' }] });
  });

  test('an archive that climbs out of its folder', async () => {
    const zip = renameInZip(await zipOf({ 'aaaaaaaa.png': await greyPng() }), 'aaaaaaaa.png', '../../aa.png');
    expect(await refusalOf('digits/a.zip', zip)).toMatchObject({
      code: 'archive.unsafe-name',
      place: { path: 'a.zip' },
    });
  });

  test('an archive that is a bomb', async () => {
    const bomb = await zipOf({ 'a.png': new Uint8Array(8 * 2 ** 20) });
    expect((await refusalOf('digits/a.zip', bomb))?.code).toBe('archive.ratio');
  });

  test('a first image that does not tell its size', async () => {
    const cut = (await greyPng()).subarray(0, 20);
    expect((await refusalOf('digits/a.png', cut))?.code).toBe('image.corrupt');
  });

  test('a first archive of nothing that is taken', async () => {
    const notes = await zipOf({ 'a.png': Buffer.from('{\\rtf1 not a picture}') });
    expect((await refusalOf('digits/a.zip', notes))?.code).toBe('upload.type-not-allowed');
  });

  test('more bytes than are taken in, without reading them', async () => {
    const inner = memoryStore({ bucket: 'drop', versioned: true });
    await inner.put('digits/a.zip', 'x');
    const drop: Store = {
      ...inner,
      head: async (key) => ({ ...(await inner.head(key)), size: LIMITS.uploadBytes + 1 }) as never,
      get: () => Promise.reject(new Error('read')),
    };
    const data = memoryStore();
    const object = { key: 'digits/a.zip', 'version-id': 'v00000001' };
    const event = { 'detail-type': 'Object Created', detail: { bucket: { name: 'drop' }, object } };
    await validate(event, { drop, data, send: async () => undefined });
    for await (const { key } of data.list('refused/')) {
      const body = new TextDecoder().decode((await data.get(key))?.body);
      expect(JSON.parse(body).issues[0].code).toBe('upload.too-large');
    }
  });
});

describe('the first upload decides what a dataset is, by content alone:', () => {
  test.each([
    ['prose without a name that says so', 'notes/a.dat', 'not a picture\n', 'text'],
    ['lines of cells named .txt', 'sales/a.txt', 'day,sum\n1,2\n3,4\n', 'table'],
    ['a sound named .csv', 'calls/a.csv', wave(), 'audio'],
  ])('%s', async (_, key, body, kind) => {
    const into = intake();
    expect(await into.dropObject(key, body)).toMatchObject({ state: 'planned', units: 1 });
    const [dataset = ''] = key.split('/');
    expect((await into.current(dataset))?.config.kind).toBe(kind);
    expect(into.sent).toEqual({ [kind]: 1 });
  });

  test('the majority of an archive', async () => {
    const into = intake();
    const pictures = { '3/a.png': await greyPng(28, 28, 1), '7/b.png': await greyPng(28, 28, 2) };
    await into.dropObject('digits/all.zip', await zipOf({ 'readme.txt': Buffer.from('Some digits.'), ...pictures }));
    expect((await into.current('digits'))?.config.kind).toBe('image');
  });
});

describe('an archive', () => {
  const threeDigits = async () =>
    zipOf({ '3/a.png': await greyPng(), '3/b.png': await greyPng(), '7/c.png': await greyPng(28, 28, 3) });

  test('tells size, channels and labels when no one has said them', async () => {
    const into = intake();
    await into.dropObject('digits/all.zip', await threeDigits());
    expect((await into.current('digits'))?.config).toMatchObject({
      image: { width: 28, height: 28, channels: 1, fit: 'cover' },
      labels: 'folder',
    });
    expect(into.queue).toMatchObject([{ slice: { type: 'zip', firstEntry: 0, entryCount: 3 } }]);
  });

  test.each([false, true])('in tar form is planned and cleaned as a zip is (gzipped: %s)', async (gzip) => {
    const files = {
      '3/a.png': await greyPng(28, 28, 1),
      '7/b.png': await greyPng(28, 28, 2),
      '7/c.png': Buffer.from('x'),
    };
    const into = intake();
    expect(await into.dropObject('digits/all.tgz', await tarOf(files, { gzip }))).toMatchObject({ units: 1 });
    expect((await into.current('digits'))?.config).toMatchObject({ image: { width: 28 }, labels: 'folder' });
    const [verdict] = await into.cleanAll();
    expect(verdict).toMatchObject({ items: { accepted: 2, rejected: 1 }, byIssue: { 'upload.type-not-allowed': 1 } });
  });

  test('of huge pictures is cut into units that are decoded in time', async () => {
    const huge = claimPngSize(await greyPng(), 7000, 7000);
    const files = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${i}.png`, huge]));
    const into = intake();
    expect(await into.dropObject('scans/all.zip', await zipOf(files))).toMatchObject({ units: 5 });
  });

  test('that is dropped twice as the same version changes nothing', async () => {
    const into = intake();
    await into.dropObject('digits/all.zip', await threeDigits());
    await into.cleanAll();
    const before = await into.snapshot();
    expect(await into.validate(await into.eventOf('digits/all.zip'))).toMatchObject({ state: 'planned', units: 0 });
    expect(await into.snapshot()).toEqual(before);
  });

  test('sends again only the units without a verdict', async () => {
    const into = intake();
    await into.dropObject('digits/all.zip', await threeDigits());
    into.queue.length = 0;
    expect(await into.validate(await into.eventOf('digits/all.zip'))).toMatchObject({ units: 1 });
  });
});

test('what dataset.yaml leaves open is learnt from files of its kind only', async () => {
  const into = intake();
  await into.dropObject('digits/dataset.yaml', 'kind: image\n');
  expect(await into.dropObject('digits/README.md', 'About these digits.\nThere are ten.\n')).toMatchObject({
    state: 'refused',
  });
  const files = { 'a.txt': Buffer.from('one'), 'b.txt': Buffer.from('two'), '0/c.png': await greyPng(28, 28, 1) };
  expect(await into.dropObject('digits/digits.zip', await zipOf(files))).toMatchObject({ state: 'planned' });
  expect((await into.current('digits'))?.config).toMatchObject({ kind: 'image', image: { width: 28, channels: 1 } });
});

test('a deleted object needs nothing done', async () => {
  const into = intake();
  expect(await into.validate(await into.eventOf('digits/a.png', 'Object Deleted'))).toMatchObject({ state: 'ignored' });
  expect(await into.snapshot()).toEqual({});
});

test.each(['digits/', 'digits/3/', 'Digits/'])(
  'the mark of a folder, %j, is no upload: nothing is refused and nothing is waited for',
  async (key) => {
    const into = intake();
    expect(await into.dropObject(key, '')).toMatchObject({ state: 'ignored' });
    expect(await into.snapshot()).toEqual({});
    expect((await takeInventory(into.drop, into.data, 'digits', undefined)).uploads).toEqual([]);
  },
);

test('a queue that takes nothing fails the event, and the next delivery sends the units', async () => {
  const into = intake();
  await into.drop.put('digits/a.png', await greyPng());
  const event = await into.eventOf('digits/a.png');
  const { drop, data } = into;
  const send = () => Promise.reject(new Error('the queue is down'));
  await expect(validate(event, { drop, data, send })).rejects.toThrow('the queue is down');
  expect(await into.validate(event)).toMatchObject({ state: 'planned', units: 1 });
});

test.each([undefined, null, 'text', [], {}, { 'detail-type': 'Object Created' }, { 'detail-type': 'x', detail: {} }])(
  'a body that is no event fails: %j',
  async (body) => {
    await expect(intake().validate(body)).rejects.toThrow();
  },
);

test('an event of another bucket needs nothing done', async () => {
  const into = intake();
  const event = await into.eventOf('digits/a.png');
  event.detail.bucket.name = 'other';
  expect(await into.validate(event)).toMatchObject({ state: 'ignored' });
  expect(await into.snapshot()).toEqual({});
});

test('any key and any content end in a plan or in one refusal', async () => {
  const starts = [await greyPng(), await zipOf({ 'a.png': await greyPng() }), Buffer.from('RIFF'), Buffer.alloc(0)];
  const body = fc
    .tuple(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 30 }), fc.nat(500))
    .map(([start, tail, kept]) => Buffer.concat([start.subarray(0, kept), tail]));
  const key = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.string({ minLength: 1, unit: 'grapheme' }).map((path) => `d/${path}`),
  );
  await fc.assert(
    fc.asyncProperty(key, body, async (name, bytes) => {
      const into = intake();
      const { state } = await into.dropObject(name, bytes);
      const refusals = await into.refusals();
      expect(refusals.length).toBe(state === 'refused' ? 1 : 0);
      const dataset = parseDropKey(name)?.dataset ?? '';
      if (state === 'planned') expect(await into.data.head(keys.currentConfig(dataset))).toBeDefined();
    }),
    { numRuns: 200 },
  );
});

/** A header of 44 bytes and one sample. */
function wave(): Uint8Array {
  const bytes = Buffer.alloc(46);
  bytes.write('RIFF\x26\0\0\0WAVEfmt \x10', 'latin1');
  return bytes;
}
