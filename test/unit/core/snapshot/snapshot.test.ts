import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DatasetFile, type EffectiveConfig, effectiveConfig } from '#core/kinds/config.ts';
import { TrainConfig, TrainOverrides } from '#core/kinds/train-config.ts';
import { executionNameOf, runIdOf } from '#core/model/run-id.ts';
import { AssembleRequest } from '#core/snapshot/messages.ts';
import {
  comparePlaces,
  type SnapshotFacts,
  type SourcePart,
  shardFile,
  shardItemsOf,
  shardReceipt,
  snapshotIdOf,
} from '#core/snapshot/snapshot.ts';

const SPLIT = { train: 0.8, validation: 0.1, test: 0.1 };
const part = (sourceKey: string, unit: string, sha256 = 'x'): SourcePart => ({
  sourceKey,
  unit,
  sha256,
  key: '',
  items: 1,
});
const facts: SnapshotFacts = {
  dataset: 'd',
  configId: 'c',
  split: SPLIT,
  rules: {},
  augmentation: { split: 'train', policy: null },
  parts: [part('d/a', '0'), part('d/b', '0')],
};

test('a snapshot is called by what decides its bytes, and by nothing else', () => {
  const id = snapshotIdOf(facts);
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  const elsewhere = facts.parts.map((one) => ({ ...one, key: 'another upload', items: 1 }));
  expect(snapshotIdOf({ ...facts, parts: elsewhere })).toBe(id);
  const others = [
    { ...facts, dataset: 'e' },
    { ...facts, configId: 'c2' },
    { ...facts, split: { train: 0.7, validation: 0.1, test: 0.2 } },
    { ...facts, split: { ...SPLIT, groupBy: 'folder' } },
    { ...facts, rules: { 'item.outlier': { action: 'off' as const } } },
    { ...facts, augmentation: { split: 'train' as const, policy: 'flip' } },
    { ...facts, parts: facts.parts.slice(1) },
    { ...facts, parts: [part('d/a', '0', 'y'), part('d/b', '0')] },
    { ...facts, parts: [part('d/a', '1'), part('d/b', '0')] },
    { ...facts, parts: [part('d/z', '0'), part('d/b', '0')] },
  ];
  expect(new Set([id, ...others.map(snapshotIdOf)]).size).toBe(others.length + 1);
});

test('parts have one order, whatever order they come in', () => {
  const parts = fc.array(
    fc.tuple(fc.string(), fc.string()).map(([source, unit]) => part(source, unit)),
    { maxLength: 9 },
  );
  fc.assert(
    fc.property(
      parts.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        expect([...shuffled].sort(comparePlaces)).toEqual([...all].sort(comparePlaces));
      },
    ),
  );
});

test('a shard fits into one function, whatever the items are', () => {
  const sizes = fc.integer({ min: 2, max: 32 }).map((quarter) => quarter * 4);
  fc.assert(
    fc.property(sizes, sizes, fc.constantFrom(1 as const, 3 as const), (width, height, channels) => {
      const items = shardItemsOf(configured({ kind: 'image', image: { width, height, channels, fit: 'cover' } }));
      expect(items).toBeGreaterThanOrEqual(1);
      expect(items).toBeLessThanOrEqual(8192);
      expect(items * width * height * channels).toBeLessThanOrEqual(64 * 2 ** 20);
    }),
  );
  expect(shardItemsOf(configured({ kind: 'audio', audio: { sampleRate: 48_000, seconds: 30 } })) * 2.88e6).toBeLessThan(
    2 ** 26,
  );
  // A shard of novels of 500 KB each is built in memory, too.
  const texts = (unit: 'file' | 'line', maxLength: number) =>
    shardItemsOf(configured({ kind: 'text', text: { unit, maxLength } }));
  expect(texts('file', 1_000_000) * 500_000).toBeLessThan(256 * 2 ** 20);
  expect([texts('line', 1_000_000), texts('file', 2_000)]).toEqual([8192, 8192]);
  expect(shardItemsOf(configured({ kind: 'table' }), 500)).toBe(2000);
  expect(shardItemsOf(configured({ kind: 'table' }), 5_000_000)).toBe(1);
});

test('shards and their files are called as the manifest says', () => {
  expect((['pixels', 'samples', 'labels', 'rows'] as const).map((holds) => shardFile('test-00012', holds))).toEqual([
    'test-00012.npy',
    'test-00012.npy',
    'test-00012-labels.npy',
    'test-00012.parquet',
  ]);
  expect(shardReceipt('test-00012')).toBe('test-00012.json');
});

test('the same data with the same settings is the same run, and each attempt has an execution of its own', () => {
  const train = TrainConfig.parse({});
  const runId = runIdOf('snapshot', train);
  expect(runId).toMatch(/^vae-[0-9a-f]{12}$/);
  expect(runIdOf('snapshot', { ...train })).toBe(runId);
  expect(runIdOf('snapshot', { ...train, seed: 2 })).not.toBe(runId);
  expect(runIdOf('another', train)).not.toBe(runId);
  expect([1, 2].map((attempt) => executionNameOf({ runId, attempt }))).toEqual([
    `${runId}-attempt-1`,
    `${runId}-attempt-2`,
  ]);
  expect(executionNameOf({ runId, attempt: 1_000_000 })).toMatch(/^[a-z0-9-]{1,80}$/);
});

test('a request changes the settings it names and fills in no others', () => {
  const parsed = AssembleRequest.parse({ dataset: 'd', trigger: 'manual', train: { beta: 0 } });
  expect(parsed).toEqual({ dataset: 'd', trigger: 'manual', train: { beta: 0 }, force: null, attempt: 1 });
  expect(Object.keys(TrainOverrides.shape).sort()).toEqual(Object.keys(TrainConfig.shape).sort());
  for (const train of [{ epoch: 3 }, { epochs: 0 }, { epochs: 'many' }]) {
    expect(AssembleRequest.safeParse({ ...parsed, train }).success).toBe(false);
  }
  expect(AssembleRequest.safeParse({ ...parsed, dataset: '../other' }).success).toBe(false);
});

function configured(file: unknown): EffectiveConfig {
  const config = effectiveConfig(DatasetFile.parse(file), undefined);
  if (!config) throw new Error('the file says too little');
  return config;
}
