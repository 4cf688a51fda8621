// A background export: the plan, the shards in any order and again, the manifest.
import { beforeEach, expect, test } from 'vitest';
import { sha256 } from '#core/base/hash.ts';
import { decodeNpy } from '#core/base/npy.ts';
import { type DrawStep, ExportManifest, ExportPlan, type ExportRequest } from '#core/model/messages/draw-export.ts';
import { exportIdOf } from '#core/model/messages/export-id.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { drawExport } from '#stages/sample/background/draw-export.ts';
import { openDecoderWith } from '#stages/sample/drawing/decoder.ts';
import { openEncoderWith } from '#stages/sample/drawing/encoder.ts';
import { requestsIn } from '#stages/sample/run-request.ts';
import { memoryLinks } from '../../../fixtures/memory-links.ts';
import { storeModel } from '../../../fixtures/stored-model.ts';
import { bytesOf, openEndpoint } from './calls.ts';

const SHAPE = { latentDim: 2, width: 8, height: 8, channels: 1 } as const;
const N = 2_300;
const REQUEST: ExportRequest = {
  dataset: 'digits',
  modelId: 'model-a',
  seed: 5,
  n: N,
  type: 'application/x-npy',
  settings: { temperature: 0.7 },
};
let data: Store;
let run: (step: DrawStep) => Promise<unknown>;

beforeEach(async () => {
  data = memoryStore();
  await storeModel(data, { shape: SHAPE });
  const opened = { openDecoder: openDecoderWith(1), openEncoder: openEncoderWith(1) };
  const requests = requestsIn({
    data,
    links: memoryLinks,
    ...opened,
    threads: 1,
    cacheBytes: 2 ** 24,
    drawSeed: () => 0,
  });
  run = drawExport({ data, requests });
});

const place = { dataset: 'digits', exportId: exportIdOf(REQUEST) };
const shard = (name: string) => run({ step: 'shard', ...place, shard: name });
const read = async (file: string) => (await data.get(keys.export('digits', place.exportId, file)))?.body as Uint8Array;
const manifest = async () =>
  (await readJson(data, keys.exportManifest('digits', place.exportId), ExportManifest))?.value as ExportManifest;

test('the shards are the items of one call with the same seed, in files that the manifest names by hash', async () => {
  expect(await run({ step: 'plan', request: REQUEST })).toEqual({ ...place, shards: 3 });
  for (const name of ['00002', '00000', '00001']) await shard(name);
  await run({ step: 'finish', ...place });
  const found = await manifest();
  expect(found).toMatchObject({ items: N, machineGenerated: true, seed: 5, withheld: null });
  expect(found.files.map(({ first, items }) => [first, items])).toEqual([
    [0, 1000],
    [1000, 1000],
    [2000, 300],
  ]);
  for (const { file, sha256: hash, bytes } of found.files) {
    expect(sha256(await read(file))).toBe(hash);
    expect((await read(file)).length).toBe(bytes);
  }
  const body = { ...REQUEST.settings, model: 'model-a', seed: 5, first: 990, n: 20 };
  const answer = await openEndpoint({ data }).call({ accept: 'application/x-npy', body });
  const across = decodeNpy(bytesOf(answer)).values as Uint8Array;
  const pixels = async (name: string) => Buffer.from(decodeNpy(await read(`part-${name}.npy`)).values as Uint8Array);
  expect(
    Buffer.from(across).equals(
      Buffer.concat([(await pixels('00000')).subarray(990 * 64), (await pixels('00001')).subarray(0, 640)]),
    ),
  ).toBe(true);
});

test('a shard that was drawn is not drawn again, and an export without one of them has no manifest', async () => {
  await run({ step: 'plan', request: REQUEST });
  await shard('00000');
  const key = keys.export('digits', place.exportId, 'part-00000.npy');
  await data.put(key, 'kept');
  await shard('00000');
  expect(new TextDecoder().decode((await data.get(key))?.body)).toBe('kept');
  await expect(run({ step: 'finish', ...place })).rejects.toThrow('1 of 3 shards');
});

test('no shard is drawn of an export that was stopped', async () => {
  await run({ step: 'plan', request: REQUEST });
  await shard('00000');
  await data.put(keys.stopRequest('digits', place.exportId), '{}');
  await expect(shard('00001')).rejects.toThrow('was stopped');
  await shard('00000');
  await data.delete(keys.stopRequest('digits', place.exportId));
  await shard('00001');
});

test('outputs of the shards are in the ledger', async () => {
  await run({ step: 'plan', request: { ...REQUEST, n: 1500 } });
  const exportId = exportIdOf({ ...REQUEST, n: 1500 });
  await run({ step: 'shard', dataset: 'digits', exportId, shard: '00001' });
  let records = 0;
  for await (const _ of data.list(keys.ledger('digits'))) records++;
  expect(records).toBe(1);
});

test('what cannot be drawn is refused before any shard is, and why is stored', async () => {
  const wrong = { ...REQUEST, settings: { label: 'seven' } };
  await expect(run({ step: 'plan', request: wrong })).rejects.toMatchObject({ name: 'RefusedError' });
  expect(await data.get(keys.exportFailure('digits', exportIdOf(wrong)))).toBeDefined();
  expect(await data.get(keys.exportPlan('digits', exportIdOf(wrong)))).toBeUndefined();
  await expect(run({ step: 'plan', request: { ...REQUEST, n: 200_000 } })).rejects.toThrow('at most 100000');
  await expect(run({ step: 'plan', request: { ...REQUEST, modelId: 'none' } })).rejects.toThrow('model.unknown');
});

test('the same request is the same export, whatever the order of its members', () => {
  const { seed, ...rest } = REQUEST;
  expect(exportIdOf({ seed, ...rest })).toBe(place.exportId);
  expect(exportIdOf({ ...REQUEST, seed: 6 })).not.toBe(place.exportId);
  expect(ExportPlan.safeParse({ ...REQUEST, exportId: place.exportId, shardItems: 1000, shards: 3 }).success).toBe(
    true,
  );
});
