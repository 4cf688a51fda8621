import sharp from 'sharp';
import { beforeEach, expect, test } from 'vitest';
import { decodeNpy } from '#core/base/npy.ts';
import { HEADER, SampleAnswer } from '#core/model/messages/endpoint-api.ts';
import { memoryStore } from '#core/store/memory.ts';
import { linearDecoder } from '../../../fixtures/decoders.ts';
import { promote, SHAPE, storeModel } from '../../../fixtures/stored-model.ts';
import { bytesOf, type Call, openEndpoint } from './calls.ts';

const PICTURE_BYTES = SHAPE.width * SHAPE.height * SHAPE.channels;
const NPY = 'application/x-npy';

let endpoint: ReturnType<typeof openEndpoint>;

beforeEach(async () => {
  endpoint = openEndpoint();
  await storeModel(endpoint.data);
});

const pixelsOf = async (call: Call) => decodeNpy(bytesOf(await endpoint.call({ accept: NPY, ...call })));

test.each(['image/png', 'application/zip', NPY, 'application/json'])(
  'the same model, seed and request is the same %s, byte by byte',
  async (accept) => {
    const first = await endpoint.call({ accept, body: { n: 5, seed: 3 } });
    const elsewhere = openEndpoint();
    await storeModel(elsewhere.data);
    expect(first.statusCode).toBe(200);
    expect(await elsewhere.call({ accept, body: { n: 5, seed: 3 } })).toEqual(first);
    expect((await endpoint.call({ accept, body: { n: 5, seed: 4 } })).body).not.toBe(first.body);
  },
);

test('a sample does not depend on how many are drawn with it', async () => {
  const many = await pixelsOf({ body: { n: 64, seed: 11 } });
  for (const n of [1, 7, 8, 9, 16]) {
    const few = await pixelsOf({ body: { n, seed: 11 } });
    expect(few.shape).toEqual([n, SHAPE.height, SHAPE.width, SHAPE.channels]);
    expect(few.values).toEqual(many.values.subarray(0, n * PICTURE_BYTES));
  }
});

test('without a seed one is drawn, told, and good for the same pictures again', async () => {
  const drawn = await endpoint.call({ accept: NPY, body: {} });
  expect(drawn.headers[HEADER.seed]).toBe('7');
  const again = await endpoint.call({ accept: NPY, body: { seed: 7, n: 16 } });
  expect(again.body).toBe(drawn.body);
});

test('a temperature of 0 draws the middle of the latent space every time', async () => {
  const { values } = await pixelsOf({ body: { n: 2, seed: 1, temperature: 0 } });
  expect(values.subarray(0, PICTURE_BYTES)).toEqual(values.subarray(PICTURE_BYTES));
  const warm = await pixelsOf({ body: { n: 2, seed: 1, temperature: 1 } });
  expect(warm.values.subarray(0, PICTURE_BYTES)).not.toEqual(warm.values.subarray(PICTURE_BYTES));
});

test('a walk begins and ends where its row does, whatever the steps, and rows do not depend on their number', async () => {
  const path = '/v1/datasets/digits/interpolate';
  const picture = (pixels: ArrayLike<number> & { subarray(a: number, b: number): unknown }, i: number) =>
    pixels.subarray(i * PICTURE_BYTES, (i + 1) * PICTURE_BYTES);
  const coarse = await pixelsOf({ path, body: { rows: 1, steps: 2, seed: 5 } });
  const fine = await pixelsOf({ path, body: { rows: 3, steps: 9, seed: 5 } });
  expect(fine.shape).toEqual([27, SHAPE.height, SHAPE.width, SHAPE.channels]);
  expect(picture(fine.values as Uint8Array, 0)).toEqual(picture(coarse.values as Uint8Array, 0));
  expect(picture(fine.values as Uint8Array, 8)).toEqual(picture(coarse.values as Uint8Array, 1));
});

test('a picture shows all samples in a near-square grid and says inside who drew it', async () => {
  const answer = await endpoint.call({ body: { n: 10, seed: 3 } });
  expect(answer.headers).toMatchObject({
    'content-type': 'image/png',
    [HEADER.model]: 'model-a',
    [HEADER.seed]: '3',
    [HEADER.machineGenerated]: 'true',
  });
  const { width, height, channels, xmpAsString } = await sharp(bytesOf(answer)).metadata();
  expect({ width, height, channels }).toEqual({ width: 4 * 8 + 3 * 2, height: 3 * 12 + 2 * 2, channels: 1 });
  expect(xmpAsString).toContain('http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia');
  expect(xmpAsString).toContain('goldpan:model="model-a" goldpan:seed="3"');
});

test('pictures one by one, as JSON, hold the pixels of the array', async () => {
  const { values } = await pixelsOf({ body: { n: 3, seed: 9 } });
  const answer = await endpoint.call({ accept: 'application/json', body: { n: 3, seed: 9 } });
  const { images, ...facts } = SampleAnswer.parse(JSON.parse(answer.body));
  expect(facts).toEqual({
    modelId: 'model-a',
    seed: 9,
    withheld: null,
    count: 3,
    machineGenerated: true,
    prior: 'normal',
    output: 'mean',
    label: null,
  });
  const decoded = await Promise.all(
    images.map((image) => sharp(Buffer.from(image, 'base64')).toColourspace('b-w').raw().toBuffer()),
  );
  expect(new Uint8Array(Buffer.concat(decoded))).toEqual(values);
});

test('colour pictures come in colour', async () => {
  const shape = { latentDim: 2, width: 8, height: 8, channels: 3 as const };
  await storeModel(endpoint.data, { modelId: 'colour', shape });
  const { values, shape: drawn } = await pixelsOf({ body: { n: 1, seed: 2 } });
  expect(drawn).toEqual([1, 8, 8, 3]);
  const png = await endpoint.call({ body: { n: 1, seed: 2 } });
  expect(new Uint8Array(await sharp(bytesOf(png)).raw().toBuffer())).toEqual(values);
});

test('promotion and rollback are seen by the next call, and models are held by their bytes', async () => {
  const data = memoryStore();
  const ids = ['one', 'two', 'three', 'four', 'five', 'six'];
  for (const [i, modelId] of ids.entries())
    await storeModel(data, { modelId, decoder: linearDecoder(SHAPE, i), current: i === 0 });
  const opens = { wide: openEndpoint({ data }), narrow: openEndpoint({ data, cacheBytes: 1 }) };
  const modelsOf = async ({ call }: (typeof opens)['wide']) => {
    const seen: (string | undefined)[] = [];
    for (const modelId of [...ids, 'one', 'two', 'one']) {
      await promote(data, 'digits', modelId);
      seen.push((await call({ body: { n: 1, seed: 1 } })).headers[HEADER.model]);
    }
    return seen;
  };
  expect(await modelsOf(opens.wide)).toEqual([...ids, 'one', 'two', 'one']);
  expect(await modelsOf(opens.narrow)).toEqual([...ids, 'one', 'two', 'one']);
  expect([opens.wide.count.opened, opens.narrow.count.opened]).toEqual([6, 9]);
});

test('a promotion is seen by the next call, a named model stays the one named, and each decoder is loaded once', async () => {
  await storeModel(endpoint.data, { modelId: 'model-b', decoder: linearDecoder(SHAPE, 2), current: false });
  const body = { n: 1, seed: 1 };
  const before = await endpoint.call({ body });
  await promote(endpoint.data, 'digits', 'model-b');
  const after = await endpoint.call({ body });
  const named = await endpoint.call({ body: { ...body, model: 'model-a' } });
  expect([before, after, named].map(({ headers }) => headers[HEADER.model])).toEqual(['model-a', 'model-b', 'model-a']);
  expect(after.body).not.toBe(before.body);
  expect(named.body).toBe(before.body);
  expect(endpoint.count.opened).toBe(2);
});
