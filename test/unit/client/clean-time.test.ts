import { expect, test } from 'vitest';
import { cleanTime } from '#client/datasets/config/clean-time.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';

const DATASET = 'pets';
const CONFIG = '0123456789abcdef';
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);

async function stored(files: Readonly<Record<string, number>>) {
  let seconds = 0;
  const data = memoryStore({ now: () => at(seconds) });
  for (const [key, time] of Object.entries(files)) {
    seconds = time;
    await data.put(key, '{}');
  }
  return data;
}

const inventoryOf = (uploads: Readonly<Record<string, number>>) => ({
  dataset: DATASET,
  configId: CONFIG,
  uploads: Object.entries(uploads).map(([uploadId, time]) => ({
    ...{ key: uploadId, uploadId, state: 'done' as const, verdictKeys: [] },
    object: { size: 1, etag: 'e', modifiedAt: at(time), versionId: 'v' },
  })),
});
const verdict = (uploadId: string, unit: number, units: number) =>
  `${keys.verdicts(DATASET, CONFIG)}${uploadId}/000${unit}-of-000${units}.json`;

test('cleaning took as long as at least one upload waited, from the upload or the configuration on', async () => {
  const data = await stored({
    [keys.config(DATASET, CONFIG)]: 100,
    [verdict('a', 1, 2)]: 103,
    [verdict('a', 2, 2)]: 110,
    [verdict('b', 1, 1)]: 115,
    [verdict('c', 1, 1)]: 505,
  });
  // a and b overlap; a was there before the configuration; c came later.
  expect(await cleanTime(data, inventoryOf({ a: 0, b: 105, c: 500, unseen: 600 }), CONFIG)).toBe(10 + 5 + 5);
  expect(await cleanTime(data, inventoryOf({ unseen: 600 }), CONFIG)).toBeNull();
});
