import { describe, expect, test } from 'vitest';
import { countInventory, readDetails, takeInventory } from '#core/ingest/inventory.ts';
import { keys } from '#core/store/keys.ts';
import { settleConfig } from '#stages/validate/configuration.ts';
import { validate } from '#stages/validate/stage.ts';
import { intake } from '../../../fixtures/ingest.ts';
import { greyPng, zipOf } from '../../../fixtures/pictures.ts';

const FILE = 'digits/dataset.yaml';
const sized = (side: number) => `kind: image\nimage: { width: ${side}, height: ${side}, channels: 1 }\n`;

describe('dataset.yaml', () => {
  test('comes into force when it says enough', async () => {
    const into = intake();
    expect(await into.dropObject(FILE, sized(32))).toMatchObject({ state: 'configured' });
    const current = await into.current('digits');
    expect(current).toMatchObject({ versionId: 'v00000001', config: { image: { width: 32 }, labels: 'none' } });
    expect(await into.data.head(keys.config('digits', current?.configId ?? ''))).toBeDefined();
  });

  test('that leaves the size open waits for the first upload and wins over what that one says', async () => {
    const into = intake();
    await into.dropObject(FILE, 'kind: image\nlabels: none\n');
    expect(await into.current('digits')).toBeUndefined();
    await into.dropObject('digits/3/a.png', await greyPng(28, 28));
    expect((await into.current('digits'))?.config).toMatchObject({ image: { width: 28 }, labels: 'none' });
  });

  test('is read by an upload that comes before its event', async () => {
    const into = intake();
    await into.drop.put(FILE, sized(16));
    await into.dropObject('digits/a.png', await greyPng());
    expect((await into.current('digits'))?.config).toMatchObject({ image: { width: 16 } });
  });

  test.each([
    ['kind: image\nimges: {}\n', 'config.unknown-key'],
    ['kind: image\nimage: { width: 30 }\n', 'config.invalid'],
    ['kind: [image\n', 'config.syntax'],
    ['', 'config.invalid'],
  ])('%j is refused and leaves the configuration before it in force', async (text, code) => {
    const into = intake();
    await into.dropObject(FILE, sized(32));
    const before = await into.current('digits');
    expect(await into.dropObject(FILE, text)).toMatchObject({ state: 'refused' });
    expect((await into.refusals())[0]?.issues[0]).toMatchObject({ code, place: { path: 'dataset.yaml' } });
    expect(await into.current('digits')).toEqual(before);
  });

  test('a refused one does not keep images from being taken in', async () => {
    const into = intake();
    await into.dropObject(FILE, 'kind: image\nimges: {}\n');
    expect(await into.dropObject('digits/a.png', await greyPng())).toMatchObject({ state: 'planned' });
    expect((await into.current('digits'))?.versionId).toBeNull();
  });

  test('events that come in the wrong order leave the newest in force', async () => {
    const into = intake();
    await into.drop.put(FILE, sized(16));
    const older = await into.eventOf(FILE);
    await into.dropObject(FILE, sized(32));
    await into.validate(older);
    expect((await into.current('digits'))?.config).toMatchObject({ image: { width: 32 } });
  });

  test('settled by many at once is settled once', async () => {
    const into = intake();
    await into.drop.put(FILE, sized(32));
    const all = await Promise.all(Array.from({ length: 8 }, () => settleConfig(into, 'digits')));
    expect(new Set(all.map((current) => current?.configId)).size).toBe(1);
  });
});

describe('a changed configuration', () => {
  test('cleans again what counts now and nothing else', async () => {
    const into = intake();
    await into.dropObject(FILE, sized(28));
    await into.dropObject('digits/kept.png', await greyPng(28, 28, 1));
    await into.dropObject('digits/gone.png', await greyPng(28, 28, 2));
    await into.cleanAll();
    await into.drop.delete('digits/gone.png');
    expect(await into.dropObject(FILE, sized(32))).toMatchObject({ state: 'configured', units: 1 });
    expect(into.queue).toMatchObject([{ source: { key: 'digits/kept.png' } }]);
    const [verdict] = await into.cleanAll();
    expect(verdict?.configId).toBe((await into.current('digits'))?.configId);
  });

  test('makes every upload pending until it is cleaned again, which the status counts', async () => {
    const into = intake();
    await into.dropObject(FILE, sized(28));
    for (const i of [1, 2, 3]) await into.dropObject(`digits/${i}.png`, await greyPng(28, 28, i));
    await into.cleanAll();
    const counts = async () => {
      const inventory = await takeInventory(into.drop, into.data, 'digits', (await into.current('digits'))?.configId);
      return countInventory(inventory, await readDetails(into.data, inventory)).uploads;
    };
    expect(await counts()).toEqual({ accepted: 3, partly: 0, rejected: 0, pending: 0 });
    expect(await into.dropObject(FILE, `${sized(28)}rules: { image.dark: { action: reject } }\n`)).toMatchObject({
      state: 'configured',
      units: 3,
    });
    expect(await counts()).toEqual({ accepted: 0, partly: 0, rejected: 0, pending: 3 });
    const later = into.queue.splice(1);
    await into.cleanAll();
    expect(await counts()).toMatchObject({ accepted: 1, pending: 2 });
    into.queue.push(...later);
    await into.cleanAll();
    expect(await counts()).toMatchObject({ accepted: 3, pending: 0 });
  });

  test('that decides nothing about a cleaned item sends nothing', async () => {
    const into = intake();
    await into.dropObject(FILE, sized(28));
    await into.dropObject('digits/a.png', await greyPng());
    await into.cleanAll();
    expect(await into.dropObject(FILE, `${sized(28)}train: { epochs: 3 }\n`)).toMatchObject({ units: 0 });
    expect((await into.current('digits'))?.config.train.epochs).toBe(3);
  });
});

test('one upload that cannot be sent again fails neither the configuration nor the others', async () => {
  const into = intake();
  for (const name of ['a', 'b', 'c']) await into.dropObject(`digits/${name}.png`, await greyPng());
  await into.cleanAll();
  await into.drop.put('digits/dataset.yaml', 'kind: image\nrules: { image.dark: { action: off } }\n');
  const sent: string[] = [];
  const outcome = await validate(await into.eventOf('digits/dataset.yaml'), {
    drop: into.drop,
    data: into.data,
    async send(_kind, [message]) {
      if (message?.source.key === 'digits/b.png') throw new Error('the queue did not take it');
      sent.push(message?.source.key ?? '');
    },
  });
  expect(outcome).toMatchObject({ state: 'configured', units: 2 });
  expect(sent.sort()).toEqual(['digits/a.png', 'digits/c.png']);
});

test('two first uploads of different sizes agree on one configuration', async () => {
  const into = intake();
  await into.drop.put('digits/a.png', await greyPng(28, 28));
  await into.drop.put(
    'digits/b.zip',
    await zipOf({ 'x.png': await greyPng(40, 40), 'y.png': await greyPng(40, 40, 2) }),
  );
  const events = [await into.eventOf('digits/a.png'), await into.eventOf('digits/b.zip')];
  await Promise.all(events.map((event) => into.validate(event)));
  const configIds = new Set(into.queue.map(({ configId }) => configId));
  expect([...configIds]).toEqual([(await into.current('digits'))?.configId]);
  expect(into.queue.length).toBe(2);
});
