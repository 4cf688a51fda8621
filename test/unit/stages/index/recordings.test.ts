import { expect, test } from 'vitest';
import { sha256 } from '#core/base/hash.ts';
import { effectiveConfig } from '#core/kinds/config.ts';
import { readSidecars } from '#core/snapshot/read-sidecars.ts';
import { memoryStore } from '#core/store/memory.ts';
import { foundItem, rowKeysOf } from '#stages/index/items/found-item.ts';

const PIECES = Array.from({ length: 40 }, (_, i) => `a.wav#t=${i},${i + 1}`);
const PART = { sourceKey: 'clips/a.wav', unit: '00000-of-00001' } as never;

/** The splits that items at these paths are in. */
function splitsOf(paths: readonly string[], groups: readonly (string | null)[] = [], split: object = {}) {
  const config = effectiveConfig({ kind: 'audio', split } as never, undefined);
  if (!config) throw new Error('no configuration');
  return paths.map((path, i) => {
    const joined = { label: null, license: null, origin: null, group: groups[i] ?? null, flags: [] };
    const row = { path, itemId: sha256(path), flags: [], fixes: [] };
    return foundItem(config, rowKeysOf(config, null), { item: i, position: 0, row: i, part: PART }, row, joined, [])
      .split;
  });
}

test('clips of one recording are in one split, those of many in all', () => {
  expect(new Set(splitsOf(PIECES)).size).toBe(1);
  const recordings = Array.from({ length: 40 }, (_, i) => `${i}.wav#t=0,1`);
  expect(new Set(splitsOf(recordings)).size).toBeGreaterThan(1);
});

test('groups of a sidecar go before recordings, which hold clips together where it names no group', () => {
  const bySidecar = { train: 0.8, validation: 0.1, test: 0.1, groupBy: 'sidecar' };
  expect(new Set(splitsOf(PIECES, [], bySidecar)).size).toBe(1);
  const speakers = ['a.wav#t=0,1', 'b.wav#t=0,1', 'c.wav#t=0,1', 'd.wav#t=0,1'];
  expect(
    new Set(
      splitsOf(
        speakers,
        speakers.map(() => 'jackson'),
        bySidecar,
      ),
    ).size,
  ).toBe(1);
});

test('a sidecar names a recording for all of its clips, or one clip by its seconds', async () => {
  const data = memoryStore({ bucket: 'data' });
  const said = (path: string, label: string) => ({ path, label, license: null, source: null });
  const body = JSON.stringify([said('a.wav', 'bird'), said('a.wav#t=1,2', 'frog')]);
  await data.put('sidecar', body);
  const [sourceKey, path] = ['clips/facts.csv', 'facts.csv'];
  const sidecar = { key: 'sidecar', sha256: sha256(body), entries: 2, alone: true } as const;
  const find = await readSidecars(data, [{ sourceKey, path, ...sidecar } as never]);
  const labelOf = (of: string) => find({ path: of, source: 'clips/a.wav' })?.label;
  expect([labelOf('a.wav#t=0,1'), labelOf('a.wav#t=1,2'), labelOf('b.wav#t=0,1')]).toEqual(['bird', 'frog', undefined]);
});
