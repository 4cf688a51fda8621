import { expect, test } from 'vitest';
import { randomWords } from '#core/base/random.ts';
import { configIdOf, effectiveConfig } from '#core/kinds/config.ts';
import { comparisonOf } from '#core/kinds/registry/comparisons.ts';
import { collectColumns } from '#stages/index/items/collected-columns.ts';
import type { ItemsDatabase } from '#stages/index/items/database.ts';
import { findNearItems } from '#stages/index/near/near-items.ts';
import { CONFIG } from './world.ts';

const NO_DATABASE = {} as ItemsDatabase;
const RULE = { action: 'flag', maxDistance: 11, minLikeness: 0.975 } as const;

/** `of`: whose pixels they are, almost. */
function pictures(...all: { of: number; width?: number; sharpness?: number }[]) {
  const comparison = comparisonOf(CONFIG, null);
  const collected = collectColumns([{ items: all.length }], comparison);
  for (const [item, { of, width = 64, sharpness = 1 }] of all.entries()) {
    const words = randomWords(of + 1, 'picture', 18);
    const bytes = new Uint8Array(words.buffer.slice(0, 64));
    bytes[item] = (bytes[item] as number) ^ 3;
    const phash = (BigInt(words[16] as number) << 32n) | BigInt(words[17] as number);
    const size = { originalWidth: width, originalHeight: 64, width: 8, height: 8, channels: 1 };
    const row = { phash, bytes, sharpness, ...size };
    const better = comparison.better.map(({ of: orderOf }) => orderOf(row, 0));
    collected.add(item, row, { label: null, flags: 0, better });
  }
  return { comparison, collected, skip: new Uint8Array(all.length) };
}

test('a cluster is named by its first member, so that no other item is taken for one of it', async () => {
  const { comparison, collected, skip } = pictures({ of: 0 }, { of: 1 }, { of: 2 }, { of: 1 }, { of: 3 }, { of: 2 });
  const near = await findNearItems(NO_DATABASE, collected, comparison, RULE, skip);
  expect(near.map(({ item, cluster }) => [item, cluster])).toEqual([
    [1, 1],
    [3, 1],
    [2, 2],
    [5, 2],
  ]);
});

test('the largest stays, of equal sizes the sharpest, of equal ones the first, and it is said why', async () => {
  const best = async (...all: Parameters<typeof pictures>) => {
    const { comparison, collected, skip } = pictures(...all);
    const near = await findNearItems(NO_DATABASE, collected, comparison, RULE, skip);
    return near.flatMap(({ item, best: kept, why }) => (item === kept ? [[item, why]] : []));
  };
  expect(await best({ of: 1 }, { of: 1, width: 128 }, { of: 1, sharpness: 9 })).toEqual([[1, 'more pixels']]);
  expect(await best({ of: 1 }, { of: 1, sharpness: 2 })).toEqual([[1, 'sharper']]);
  expect(await best({ of: 1 }, { of: 1 })).toEqual([[0, 'first']]);
});

test('copies and far items are in no cluster', async () => {
  const { comparison, collected, skip } = pictures({ of: 1 }, { of: 1 }, { of: 2 });
  skip[1] = 1;
  expect(await findNearItems(NO_DATABASE, collected, comparison, RULE, skip)).toEqual([]);
});

test('how items of a whole dataset are compared cleans none of them once more', () => {
  const configId = (rules: object) =>
    configIdOf(effectiveConfig({ ...CONFIG, license: undefined, rules: rules as never }, undefined) ?? CONFIG);
  expect(configId({ 'item.near-duplicate': { action: 'reject' }, 'item.outlier': { action: 'off' } })).toBe(
    configId({}),
  );
  expect(configId({ 'image.dark': { action: 'reject' } })).not.toBe(configId({}));
});
