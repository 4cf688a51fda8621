// What every store promises, whatever lies behind it. Each test works under a prefix of its own, so a shared bucket will do.
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { ListedObject, Store } from '#core/store/store.ts';

const MANY_KEYS = 12;
const RACERS = 20;
/** Keys as people make them: spaces, plus signs, percent signs, umlauts, emoji. Listed in UTF-8 order. */
const ODD_KEYS = ['%41.png', 'B.png', 'a b.png', 'a+b.png', 'a.png', 'ä.png', '\uFF5E.png', '😀.png'];

export type StoreUnderTest = { readonly versioned: boolean; readonly open: () => Store | Promise<Store> };

/** `versioned` says what the bucket behind `open` is. */
export function storeContract(name: string, { versioned, open }: StoreUnderTest): void {
  const opened = async () => {
    const prefix = `contract/${randomUUID()}/`;
    return { store: await open(), at: (key: string) => prefix + key };
  };
  const text = async (store: Store, key: string, versionId?: string) => {
    const object = await store.get(key, { versionId });
    return object && new TextDecoder().decode(object.body);
  };

  test(`${name}: what is put comes back, with its size and etag`, async () => {
    const { store, at } = await opened();
    const key = at('a');
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => i);
    const put = await store.put(key, bytes);
    const got = await store.get(key);
    expect(got?.body).toEqual(bytes);
    expect(put).toEqual({ status: 'written', etag: got?.etag });
    expect(await store.head(key)).toMatchObject({ size: 300, etag: got?.etag, versionId: got?.versionId });
    expect((await store.head(key))?.modifiedAt).toBeInstanceOf(Date);
  });

  test(`${name}: a body is plain bytes that nobody else holds, even where a Buffer was put`, async () => {
    const { store, at } = await opened();
    const key = at('a');
    const given = Buffer.from('some bytes from the middle of a pool').subarray(5, 10);
    await store.put(key, given);
    given.fill(0);
    const body = (await store.get(key))?.body as Uint8Array;
    expect(Buffer.isBuffer(body)).toBe(false);
    expect(new TextDecoder().decode(body.slice().buffer)).toBe('bytes');
    body.fill(0);
    expect(await text(store, key)).toBe('bytes');
  });

  test(`${name}: what is not there is undefined, and deleting it is no error`, async () => {
    const { store, at } = await opened();
    const key = at('nope');
    expect(await store.get(key)).toBeUndefined();
    expect(await store.head(key)).toBeUndefined();
    await store.delete(key);
    await store.put(key, 'now it is');
    await store.delete(key);
    expect(await store.get(key)).toBeUndefined();
    expect(await store.head(key)).toBeUndefined();
  });

  test(`${name}: an empty object is an object`, async () => {
    const { store, at } = await opened();
    const key = at('empty');
    await store.put(key, '');
    expect((await store.get(key))?.body).toEqual(new Uint8Array());
    expect((await store.head(key))?.size).toBe(0);
  });

  test(`${name}: a range has both its ends and stops where the object does`, async () => {
    const { store, at } = await opened();
    const key = at('a');
    await store.put(key, '0123456789');
    const range = async (first: number, last: number) =>
      new TextDecoder().decode((await store.get(key, { range: { first, last } }))?.body);
    expect(await range(0, 0)).toBe('0');
    expect(await range(2, 4)).toBe('234');
    expect(await range(8, 99)).toBe('89');
    expect(await range(10, 99)).toBe('');
    expect((await store.get(key, { range: { first: 2, last: 4 } }))?.size).toBe(10);
    await store.put(at('empty'), '');
    expect(await store.get(at('empty'), { range: { first: 0, last: 9 } })).toMatchObject({
      body: new Uint8Array(),
      size: 0,
    });
  });

  test(`${name}: a read can insist on an etag`, async () => {
    const { store, at } = await opened();
    const key = at('a');
    const put = await store.put(key, 'one');
    const ifMatch = put.status === 'written' ? put.etag : '';
    expect(await store.get(key, { ifMatch })).toBeDefined();
    await store.put(key, 'two');
    expect(await store.get(key, { ifMatch })).toBeUndefined();
  });

  test(`${name}: of many that write where nothing is, one does`, async () => {
    const { store, at } = await opened();
    const key = at('once');
    const puts = await Promise.all(
      Array.from({ length: RACERS }, (_, i) => store.put(key, `${i}`, { when: 'absent' })),
    );
    const first = puts.findIndex(({ status }) => status === 'written');
    expect(puts.filter(({ status }) => status === 'written')).toHaveLength(1);
    expect(await text(store, key)).toBe(`${first}`);
    await store.delete(key);
    expect(await store.put(key, 'again', { when: 'absent' })).toMatchObject({ status: 'written' });
  });

  test(`${name}: of many that write over one content, one does; over nothing, none`, async () => {
    const { store, at } = await opened();
    const key = at('pointer');
    expect(await store.put(key, 'x', { when: { etag: '"0123456789abcdef0123456789abcdef"' } })).toEqual({
      status: 'refused',
    });
    const put = await store.put(key, 'start');
    const when = { etag: put.status === 'written' ? put.etag : '' };
    const puts = await Promise.all(Array.from({ length: RACERS }, (_, i) => store.put(key, `${i}`, { when })));
    expect(puts.filter(({ status }) => status === 'written')).toHaveLength(1);
    expect(await text(store, key)).toBe(`${puts.findIndex(({ status }) => status === 'written')}`);
  });

  test(`${name}: a listing has every key under its prefix, in UTF-8 order, odd names as they are`, async () => {
    const { store, at } = await opened();
    const prefix = at('');
    for (const key of [...ODD_KEYS].reverse()) await store.put(`${prefix}${key}`, key);
    await store.put(`${prefix.slice(0, -1)}-neighbour`, 'not under it');
    const listed = await all(store.list(prefix));
    expect(listed.map(({ key }) => key.slice(prefix.length))).toEqual(ODD_KEYS);
    expect(listed[1]).toMatchObject({ size: 5, etag: (await store.head(`${prefix}B.png`))?.etag });
    const after = await all(store.list(prefix, { startAfter: `${prefix}a.png` }));
    expect(after.map(({ key }) => key.slice(prefix.length))).toEqual(['ä.png', '\uFF5E.png', '😀.png']);
    expect(await all(store.list(at('none/')))).toEqual([]);
  });

  test(`${name}: the newest of each key is listed once, deleted ones ${versioned ? 'marked' : 'not'}`, async () => {
    const { store, at } = await opened();
    const prefix = at('');
    const numbers = Array.from({ length: MANY_KEYS }, (_, i) => String(i).padStart(3, '0'));
    for (const number of numbers) await store.put(prefix + number, 'first');
    await store.put(`${prefix}003`, 'second');
    await store.delete(`${prefix}005`);
    await store.delete(`${prefix}007`);
    await store.put(`${prefix}007`, 'back again');
    const latest = await all(store.listLatest(prefix));
    const present = versioned ? numbers : numbers.filter((number) => number !== '005');
    expect(latest.map(({ key }) => key.slice(prefix.length))).toEqual(present);
    expect(latest.filter(({ deleted }) => deleted).map(({ key }) => key)).toEqual(versioned ? [`${prefix}005`] : []);
    for (const { key, versionId, size, deleted } of latest.filter((entry) => !entry.deleted)) {
      expect(deleted).toBe(false);
      expect((await store.head(key))?.size).toBe(size);
      expect(versionId === 'null').toBe(!versioned);
      if (versioned) expect((await store.head(key))?.versionId).toBe(versionId);
    }
  });

  if (!versioned) return;
  test(`${name}: an older version stays readable by its id, also after a delete`, async () => {
    const { store, at } = await opened();
    const key = at('a');
    await store.put(key, 'one');
    const first = (await store.head(key))?.versionId;
    await store.put(key, 'two');
    const second = (await store.head(key))?.versionId;
    await store.delete(key);
    expect(first).not.toBe(second);
    expect(await text(store, key, first)).toBe('one');
    expect((await store.get(key, { versionId: second }))?.versionId).toBe(second);
    expect((await store.head(key, { versionId: first }))?.size).toBe(3);
  });

  test(`${name}: without its delete marker a key is there again, as the version that it was`, async () => {
    const { store, at } = await opened();
    const key = at('a');
    await store.put(key, 'one');
    const version = (await store.head(key))?.versionId;
    await store.delete(key);
    const [marker] = await all(store.listLatest(key));
    expect(marker?.deleted).toBe(true);
    await store.delete(key, { versionId: marker?.versionId ?? '' });
    expect((await store.head(key))?.versionId).toBe(version);
    expect((await all(store.listLatest(key))).map(({ deleted }) => deleted)).toEqual([false]);
  });
}

async function all<T extends ListedObject>(listing: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const object of listing) found.push(object);
  return found;
}
