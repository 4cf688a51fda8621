// The training items that images are nearest to, and samples that are left out as copies.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { decodeNpy } from '#core/base/npy.ts';
import { uniforms } from '#core/base/random.ts';
import { HEADER } from '#core/model/messages/endpoint-api.ts';
import {
  copyDistance,
  decodeParents,
  encodeParents,
  nearestParents,
  PARENTS_FILE,
} from '#core/model/parents/parent-index.ts';
import { ParentsAnswer } from '#core/model/parents/parents-answer.ts';
import { sketchOf } from '#core/model/parents/sketch.ts';
import { memoryStore } from '#core/store/memory.ts';
import { writeParentIndex } from '../../../../containers/trainer/export/parent-index.ts';
import { linearEncoder } from '../../../fixtures/decoders.ts';
import { SHAPE, storeModel } from '../../../fixtures/stored-model.ts';
import { bytesOf, openEndpoint, problemOf } from './calls.ts';

const SIZE = SHAPE.width * SHAPE.height;
const OTHERS = 40;
const data = memoryStore();
const { call } = openEndpoint({ data });
let samples: Uint8Array[];

const ask = (operation: string, body: object, dataset = 'digits') =>
  call({ path: `/v1/datasets/${dataset}/${operation}`, accept: 'application/json', body });
const given = (pixels: Uint8Array) => ({ pixels: Buffer.from(pixels).toString('base64') });
const noiseOf = (seed: number) => Uint8Array.from(uniforms(seed, 'noise', SIZE), (share) => Math.floor(256 * share));
const splitOf = (pictures: readonly Uint8Array[]) => ({
  ...{ items: pictures.length, size: SIZE, bytes: new Uint8Array(Buffer.concat(pictures)) },
  ...{ labels: new Int32Array(pictures.length), classes: 0 },
});

/** An index as the trainer writes it, of noise and the second sample of seed 5. */
async function indexOf(train: readonly Uint8Array[], test: readonly Uint8Array[]): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-test-'));
  try {
    const splits = { train: splitOf(train), test: splitOf(test) };
    const file = await writeParentIndex(folder, splits, SHAPE, async () => undefined);
    return new Uint8Array(readFileSync(join(folder, file as string)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

beforeAll(async () => {
  await storeModel(data, { encoder: linearEncoder(SHAPE) });
  const drawn = await call({ accept: 'application/x-npy', body: { n: 4, seed: 5 } });
  const values = decodeNpy(bytesOf(drawn)).values as Uint8Array;
  samples = [0, 1, 2, 3].map((i) => values.slice(i * SIZE, (i + 1) * SIZE));
  const noise = Array.from({ length: OTHERS }, (_, i) => noiseOf(i));
  const train = [...noise.slice(0, 7), samples[1] as Uint8Array, ...noise.slice(7)];
  const heldOut = Array.from({ length: OTHERS }, (_, i) => noiseOf(1_000 + i));
  const parents = await indexOf(train, heldOut);
  await storeModel(data, { modelId: 'indexed', encoder: linearEncoder(SHAPE), more: { [PARENTS_FILE]: parents } });
});

test('the training item that an image shows is the nearest one, at a distance of 0', async () => {
  const items = [given(samples[1] as Uint8Array), given(noiseOf(3))];
  const answer = ParentsAnswer.parse(JSON.parse((await ask('parents', { items, k: 3 })).body));
  expect(answer).toMatchObject({ trainItems: OTHERS + 1, heldOutItems: OTHERS });
  expect(answer.items.map(({ parents }) => parents[0])).toEqual([
    { row: 7, distance: 0 },
    { row: 3, distance: 0 },
  ]);
  expect(answer.items.map(({ parents }) => parents.length)).toEqual([3, 3]);
  expect(answer.items[0]).toMatchObject({ isCopy: true, closerHeldOut: 0 });
});

test('an image as far as held-out ones is no copy, and a seed stands for its sample', async () => {
  const answer = ParentsAnswer.parse(
    JSON.parse((await ask('parents', { items: [given(noiseOf(2_000)), { seed: 5 }] })).body),
  );
  expect(answer.items[0]?.isCopy).toBe(false);
  expect(answer.items[0]?.closerHeldOut).toBeGreaterThan(0);
  const same = ParentsAnswer.parse(
    JSON.parse((await ask('parents', { items: [given(samples[0] as Uint8Array)] })).body),
  );
  expect(answer.items[1]).toEqual(same.items[0]);
});

test('a sample that is a training item is left out and counted, unless it is asked for', async () => {
  const kept = await call({ accept: 'application/x-npy', body: { n: 4, seed: 5, copies: 'keep' } });
  expect(decodeNpy(bytesOf(kept)).shape[0]).toBe(4);
  expect(kept.headers[HEADER.withheld]).toBeUndefined();
  const answer = await call({ accept: 'application/x-npy', body: { n: 4, seed: 5 } });
  expect(answer.headers[HEADER.withheld]).toBe('1');
  const others = [0, 2, 3].map((i) => samples[i] as Uint8Array);
  expect(decodeNpy(bytesOf(answer)).values).toEqual(new Uint8Array(Buffer.concat(others)));
});

test('where every sample is a copy, that is the answer', async () => {
  const noise = Array.from({ length: OTHERS }, (_, i) => noiseOf(5_000 + i));
  const parents = await indexOf(samples, noise);
  await storeModel(data, { dataset: 'copied', modelId: 'copied', more: { [PARENTS_FILE]: parents } });
  expect(problemOf(await ask('sample', { n: 4, seed: 5 }, 'copied')).code).toBe('sample.withheld');
});

test('a model without an index is a 422 that names one that has it', async () => {
  const answer = problemOf(await ask('parents', { items: [{ seed: 1 }], model: 'model-a' }));
  expect(answer).toMatchObject({
    status: 422,
    detail: expect.stringContaining('The model indexed of this dataset can'),
  });
});

test('an index is read as it was written; other bytes are none', () => {
  const sketches = Uint8Array.from([1, 2, 3].flatMap((seed) => [...sketchOf(noiseOf(seed), SHAPE)]));
  const index = { channels: 1, items: 3, heldOut: [1, 2], sketches };
  const bytes = encodeParents(index);
  expect(decodeParents(bytes)).toEqual({ ...index, sketches: Buffer.from(sketches) });
  expect(decodeParents(bytes.subarray(0, bytes.length - 1))).toBeUndefined();
  expect(decodeParents(new Uint8Array(3))).toBeUndefined();
  expect(copyDistance(index)).toBeNull();
  expect(nearestParents(index, sketchOf(noiseOf(2), SHAPE), 2).map(({ row }) => row)[0]).toBe(1);
});
