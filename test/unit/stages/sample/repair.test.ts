// Given images repaired: holes filled, noise removed, regions put into others.
import { beforeAll, expect, test } from 'vitest';
import { decodeNpy } from '#core/base/npy.ts';
import { normals } from '#core/base/random.ts';
import { HEADER, type ProblemCode, RepairComparison, SampleAnswer } from '#core/model/messages/endpoint-api.ts';
import { encodePng } from '#core/pages/png.ts';
import { memoryStore } from '#core/store/memory.ts';
import { heal } from '#stages/sample/repair/heal.ts';
import { linearEncoder } from '../../../fixtures/decoders.ts';
import { SHAPE, storeModel } from '../../../fixtures/stored-model.ts';
import { bytesOf, openEndpoint, problemOf } from './calls.ts';

const { width, height } = SHAPE;
const SIZE = width * height;
const data = memoryStore();
const { call } = openEndpoint({ data });
/** Two images that the model can draw. */
let first: Uint8Array;
let second: Uint8Array;

beforeAll(async () => {
  await storeModel(data, { encoder: linearEncoder(SHAPE) });
  await storeModel(data, { dataset: 'gan', modelId: 'gan', family: 'gan' });
  const drawn = await call({ accept: 'application/x-npy', body: { n: 2, seed: 3 } });
  const values = decodeNpy(bytesOf(drawn)).values as Uint8Array;
  [first, second] = [values.slice(0, SIZE), values.slice(SIZE)];
});

const given = (pixels: Uint8Array) => ({ pixels: Buffer.from(pixels).toString('base64') });
/** White where `isHole`. */
const maskOf = (
  isHole: (x: number, y: number) => boolean,
  size: { width: number; height: number } = { width, height },
) => {
  const pixels = Uint8Array.from({ length: size.width * size.height }, (_, at) =>
    isHole(at % size.width, Math.floor(at / size.width)) ? 255 : 0,
  );
  return Buffer.from(encodePng({ ...size, channels: 1, pixels })).toString('base64');
};
const ask = (operation: string, body: object, dataset = 'digits') =>
  call({ path: `/v1/datasets/${dataset}/${operation}`, accept: 'application/x-npy', body });
async function repaired(operation: string, body: object) {
  const answer = await ask(operation, body);
  if (answer.statusCode !== 200) throw new Error(answer.body);
  const comparison = answer.headers[HEADER.comparison];
  return {
    pixels: decodeNpy(bytesOf(answer)).values as Uint8Array,
    comparison: comparison === undefined ? null : RepairComparison.parse(JSON.parse(comparison)),
  };
}
const meanSquare = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0) / a.length;
const isLeft = (x: number) => x < width / 2;

test('half of an image is filled from the other half, which stays exactly as it is', async () => {
  const damaged = first.map((value, at) => (isLeft(at % width) ? 0 : value));
  const { pixels, comparison } = await repaired('inpaint', { item: given(damaged), mask: maskOf(isLeft) });
  for (let at = 0; at < SIZE; at++) if (!isLeft(at % width)) expect(pixels[at]).toBe(first[at]);
  expect(meanSquare(pixels, first)).toBeLessThan(4);
  expect(comparison).toMatchObject({ on: 'known places', better: 'model' });
});

test('an image without a hole comes back as it was, and one that is a hole altogether is drawn', async () => {
  const nothing = await repaired('inpaint', { item: given(first), mask: maskOf(() => false) });
  expect(nothing).toEqual({ pixels: first, comparison: null });
  const all = await repaired('inpaint', { item: given(first), mask: maskOf(() => true) });
  expect(all.comparison).toBeNull();
  expect(new Set(all.pixels).size).toBeGreaterThan(10);
});

test('a guide that is brighter all over leaves no seam', () => {
  const image = Float32Array.from({ length: SIZE }, (_, at) => 0.2 + 0.02 * (at % width));
  const hole = Uint8Array.from(image, (_, at) => Number(at % width > 2 && at % width < 6 && at > 30 && at < 70));
  const healed = heal(
    image,
    image.map((value) => value + 0.3),
    hole,
    { width, height, channels: 1 },
  );
  healed.forEach((value, at) => {
    expect(value).toBeCloseTo(image[at] as number, 3);
  });
});

test('noise is removed from an image that the model knows', async () => {
  const noise = normals(5, 'noise', SIZE);
  const noisy = Uint8Array.from(first, (value, at) => Math.min(255, Math.max(0, value + 20 * (noise[at] as number))));
  const { pixels, comparison } = await repaired('denoise', { item: given(noisy) });
  expect(comparison).toMatchObject({ on: 'known places', better: 'model', simple: { method: 'median' } });
  expect(meanSquare(pixels, first)).toBeLessThan(meanSquare(noisy, first) / 4);
  const simple = await repaired('denoise', { item: given(noisy), method: 'simple' });
  expect(meanSquare(pixels, first)).toBeLessThan(meanSquare(simple.pixels, first));
});

test('a region is put into another image, which stays as it is outside of a band around the region', async () => {
  const isRegion = (x: number, y: number) => x >= 2 && x < 6 && y >= 3 && y < 9;
  const mask = maskOf(isRegion);
  const { pixels, comparison } = await repaired('compose', { item: given(first), source: given(second), mask });
  for (let at = 0; at < SIZE; at++) {
    const [x, y] = [at % width, Math.floor(at / width)];
    if (x < 1 || x > 6 || y < 2 || y > 9) expect(pixels[at]).toBe(first[at]);
  }
  expect(pixels).not.toEqual(first);
  expect(comparison?.on).toBe('known places');
  expect((await repaired('compose', { item: given(first), source: given(first), mask })).pixels).toEqual(
    expect.objectContaining({ length: SIZE }),
  );
});

test('of a composed image, the answer names the way that does better on a border as strange: the blending, or the model', async () => {
  const mask = maskOf((x, y) => x >= 2 && x < 6 && y >= 3 && y < 9);
  const darker = first.map((value) => Math.round(value * 0.7));
  const ramp = Uint8Array.from({ length: SIZE }, (_, at) => (at % 3 === 0 ? 255 : 0));
  for (const [source, image] of [
    [darker, ramp],
    [ramp, first],
  ] as const) {
    const of = (method?: string) => repaired('compose', { item: given(image), source: given(source), mask, method });
    const [model, simple, better] = [await of('model'), await of('simple'), await of('better')];
    expect(model.comparison).toMatchObject({ on: 'known places', simple: { method: 'poisson' } });
    expect(model.comparison?.better).toBe(image === first ? 'model' : 'simple');
    expect(better.pixels).toEqual(image === first ? model.pixels : simple.pixels);
    expect((await of()).pixels, 'by default').toEqual(better.pixels);
  }
});

test('an image of the model is reconstructed; of one that it cannot draw, the simple way is called better', async () => {
  const known = await repaired('reconstruct', { item: given(first) });
  expect(known.comparison).toMatchObject({ on: 'given image', better: 'model' });
  expect(meanSquare(known.pixels, first)).toBeLessThan(4);
  const ramp = Uint8Array.from({ length: SIZE }, (_, at) => 60 + 10 * (at % width));
  const unknown = await repaired('reconstruct', { item: given(ramp), method: 'better' });
  expect(unknown.comparison?.better).toBe('simple');
  const simple = await repaired('reconstruct', { item: given(ramp), method: 'simple' });
  expect(unknown.pixels).toEqual(simple.pixels);
});

test('a file is read like its pixels, and the JSON answer holds the comparison', async () => {
  const file = Buffer.from(encodePng({ width, height, channels: 1, pixels: first })).toString('base64');
  const path = '/v1/datasets/digits/reconstruct';
  const answers = [{ image: file }, given(first)].map((item) =>
    call({ path, accept: 'application/json', body: { item } }),
  );
  const [ofFile, ofPixels] = await Promise.all(answers);
  expect(ofFile).toEqual(ofPixels);
  expect(SampleAnswer.parse(JSON.parse(ofFile?.body ?? '')).comparison?.on).toBe('given image');
});

test('a picture of a repaired image says that the model made a part of it', async () => {
  const path = '/v1/datasets/digits/inpaint';
  const answer = await call({ path, body: { item: given(first), mask: maskOf(isLeft) } });
  expect(Buffer.from(bytesOf(answer)).toString('latin1')).toContain('/compositeWithTrainedAlgorithmicMedia"');
});

const HUGE = Buffer.from(encodePng({ width: 1, height: 1, channels: 1, pixels: Uint8Array.of(1) }));
HUGE.writeUInt32BE(60_000, 16);
HUGE.writeUInt32BE(60_000, 20);
test.each<[string, string, (image: Uint8Array) => object, ProblemCode]>([
  [
    'a mask of another size',
    'inpaint',
    (image) => ({ item: given(image), mask: maskOf(isLeft, { width: 4, height: 4 }) }),
    'mask.invalid',
  ],
  ['a mask that is no PNG', 'inpaint', (image) => ({ item: given(image), mask: 'AAAA' }), 'mask.invalid'],
  ['no mask', 'inpaint', (image) => ({ item: given(image) }), 'request.invalid'],
  ['no source', 'compose', (image) => ({ item: given(image), mask: maskOf(isLeft) }), 'request.invalid'],
  ['neither pixels nor a file', 'denoise', () => ({ item: {} }), 'item.invalid'],
  ['a file that is no image', 'denoise', () => ({ item: { image: 'AAAA' } }), 'item.invalid'],
  [
    'a file that says it has billions of pixels',
    'denoise',
    () => ({ item: { image: HUGE.toString('base64') } }),
    'item.invalid',
  ],
  ['another method', 'denoise', (image) => ({ item: given(image), method: 'magic' }), 'request.invalid'],
])('%s is refused with a stable code', async (_, operation, body, code) => {
  expect(problemOf(await ask(operation, body(first))).code).toBe(code);
});

test('a model without an encoder is a 422', async () => {
  expect(problemOf(await ask('inpaint', { item: given(first), mask: maskOf(isLeft) }, 'gan'))).toMatchObject({
    status: 422,
    code: 'encoder.unavailable',
  });
});
