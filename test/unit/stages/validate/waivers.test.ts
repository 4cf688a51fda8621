import { expect, test } from 'vitest';
import type { Waiver } from '#core/kinds/waiver.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { ListedObject, Store } from '#core/store/store.ts';
import { readWaivers } from '#stages/validate/waivers.ts';

function waiver(waiverId: string, unit: string): Waiver {
  const items: Waiver['items'] = [{ path: 'a.txt', line: 1, codes: ['text.too-short'] }];
  const about = {
    schemaVersion: 1,
    dataset: 'd',
    kind: 'text',
    configId: 'c',
    uploadId: 'u',
    sourceKey: 'd/a.txt',
    by: 'ann',
  } as const;
  return { ...about, waiverId, mode: 'release', rules: ['text.too-short'], items, unit, at: '2026-01-01T00:00:00Z' };
}

test('the waivers of a unit come in one order, whatever the order of the listing, and include those of released units', async () => {
  const data = memoryStore();
  for (const [id, unit] of [
    ['a', '00000-of-00002'],
    ['b', '00000-of-00002.wa'],
    ['c', '00001-of-00002'],
    ['d', '00000-of-00002'],
  ] as const)
    await writeJson(data, keys.waiver('d', id), waiver(id, unit));
  const backwards: Store = {
    ...data,
    async *list(prefix, options) {
      const listed: ListedObject[] = [];
      for await (const object of data.list(prefix, options)) listed.push(object);
      yield* listed.reverse();
    },
  };
  for (const store of [data, backwards]) {
    const waiversOf = await readWaivers(store, 'd');
    expect(waiversOf('u', '00000-of-00002')).toEqual(['a', 'b', 'd']);
    expect(waiversOf('u', '00001-of-00002')).toEqual(['c']);
    expect(waiversOf('other', '00000-of-00002')).toEqual([]);
  }
});
