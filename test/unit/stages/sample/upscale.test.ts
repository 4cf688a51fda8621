// Images that are smaller than those of the model, enlarged to their size.
import { beforeAll, expect, test } from 'vitest';
import { decodeNpy } from '#core/base/npy.ts';
import { HEADER, RepairComparison } from '#core/model/messages/endpoint-api.ts';
import { encodePng } from '#core/pages/png.ts';
import { memoryStore } from '#core/store/memory.ts';
import { enlarge, reduce } from '#stages/sample/repair/resample.ts';
import { linearEncoder } from '../../../fixtures/decoders.ts';
import { SHAPE, storeModel } from '../../../fixtures/stored-model.ts';
import { bytesOf, openEndpoint, problemOf } from './calls.ts';

const { width, height } = SHAPE;
const SIZE = { width, height, channels: 1 };
const HALF = { width: width / 2, height: height / 2, channels: 1 };
const data = memoryStore();
const { call } = openEndpoint({ data });
let known: Uint8Array;

beforeAll(async () => {
  await storeModel(data, { encoder: linearEncoder(SHAPE) });
  await storeModel(data, { dataset: 'gan', modelId: 'gan', family: 'gan' });
  const drawn = await call({ accept: 'application/x-npy', body: { n: 1, seed: 3 } });
  known = decodeNpy(bytesOf(drawn)).values as Uint8Array;
});

const bytes = (values: Float32Array) =>
  Uint8Array.from(values, (value) => Math.round(Math.min(255, Math.max(0, value))));
const small = (image: Uint8Array) => bytes(reduce(Float32Array.from(image), SIZE, HALF));
const fileOf = (pixels: Uint8Array, size = HALF) => Buffer.from(encodePng({ ...size, pixels })).toString('base64');
const ask = (image: string, more: object = {}, dataset = 'digits') =>
  call({
    path: `/v1/datasets/${dataset}/upscale`,
    accept: 'application/x-npy',
    body: { item: { image }, ...more },
  });
async function upscaled(image: Uint8Array, more: object = {}) {
  const answer = await ask(fileOf(image), more);
  if (answer.statusCode !== 200) throw new Error(answer.body);
  const comparison = RepairComparison.nullable().parse(JSON.parse(answer.headers[HEADER.comparison] ?? 'null'));
  return { pixels: decodeNpy(bytesOf(answer)).values as Uint8Array, comparison };
}
const meanSquare = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0) / a.length;

test('an image that the model can draw gets its details back, where bicubic interpolation cannot', async () => {
  const model = await upscaled(small(known));
  const simple = await upscaled(small(known), { method: 'simple' });
  expect(model.pixels).toHaveLength(width * height);
  expect(meanSquare(model.pixels, known)).toBeLessThan(meanSquare(simple.pixels, known) / 4);
  expect(model.comparison).toMatchObject({ on: 'reduced image', simple: { method: 'bicubic' } });
});

test('reduced again, the answer is the given image, also where the model knows nothing like it', async () => {
  const ramp = Uint8Array.from({ length: HALF.width * HALF.height }, (_, at) => 60 + 20 * (at % HALF.width));
  for (const method of ['model', 'simple', 'better']) {
    const { pixels } = await upscaled(ramp, { method });
    const again = small(pixels);
    for (const [at, value] of ramp.entries()) expect(Math.abs((again[at] as number) - value)).toBeLessThanOrEqual(3);
  }
});

test('an image that is not smaller is refused, and a model without an encoder is told with the way to one', async () => {
  const same = problemOf(await ask(fileOf(known, SIZE)));
  expect(same.code).toBe('item.wrong-size');
  expect(same.detail).toContain(`${width} x ${height}`);
  expect(problemOf(await ask('AAAA')).code).toBe('item.invalid');
  const gan = problemOf(await ask(fileOf(small(known)), {}, 'gan'));
  expect([gan.code, gan.status]).toEqual(['encoder.unavailable', 422]);
  expect(gan.detail).toContain('goldpan fit');
});

test('enlarging keeps straight lines, and reducing what was enlarged keeps means', () => {
  const line = Float32Array.from({ length: 12 }, (_, at) => 0.1 + 0.05 * at);
  const long = enlarge(line, { width: 12, height: 1, channels: 1 }, { width: 36, height: 1 });
  for (let at = 6; at < 30; at++) expect(long[at]).toBeCloseTo(0.1 + 0.05 * ((at + 0.5) / 3 - 0.5), 6);
  const reduced = reduce(
    Float32Array.of(1, 2, 3, 4, 5, 6),
    { width: 3, height: 2, channels: 1 },
    { width: 2, height: 1 },
  );
  expect(reduced[0]).toBeCloseTo((1 + 4 + 0.5 * (2 + 5)) / 3, 6);
  expect(reduced[1]).toBeCloseTo((3 + 6 + 0.5 * (2 + 5)) / 3, 6);
});
