// What is drawn between images that a request brings along.
import { beforeAll, expect, test } from 'vitest';
import { decodeNpy } from '#core/base/npy.ts';
import { uniforms } from '#core/base/random.ts';
import { drawLatent, type LatentMixture } from '#core/model/latent-mixture.ts';
import { logDensity } from '#core/model/log-density.ts';
import { HEADER, type ProblemCode } from '#core/model/messages/endpoint-api.ts';
import { memoryStore } from '#core/store/memory.ts';
import { openEncoderWith } from '#stages/sample/drawing/encoder.ts';
import { conditionalDecoder, linearDecoder, linearEncoder } from '../../../fixtures/decoders.ts';
import { SHAPE, storeModel } from '../../../fixtures/stored-model.ts';
import { bytesOf, openEndpoint, problemOf } from './calls.ts';

const LABELS = ['cat', 'dog'];
const SIZE = SHAPE.width * SHAPE.height;
const [CAT, DOG] = [1, 2].map((seed) => image(seed)) as [Uint8Array, Uint8Array];
const data = memoryStore();
const { call } = openEndpoint({ data });

function image(seed: number): Uint8Array {
  return Uint8Array.from(uniforms(seed, 'image', SIZE), (u) => Math.floor(256 * u));
}

const given = (pixels: Uint8Array, more: Record<string, unknown> = {}) => ({
  pixels: Buffer.from(pixels).toString('base64'),
  ...more,
});
const ask = (dataset: string, operation: 'mix' | 'interpolate', body: unknown) =>
  call({ path: `/v1/datasets/${dataset}/${operation}`, accept: 'application/x-npy', body });
const drawn = async (dataset: string, operation: 'mix' | 'interpolate', body: unknown) => {
  const answer = await ask(dataset, operation, body);
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return decodeNpy(bytesOf(answer)).values as Uint8Array;
};

beforeAll(async () => {
  const encoder = linearEncoder(SHAPE);
  await storeModel(data, { dataset: 'plain', modelId: 'plain', encoder });
  const told = { labels: LABELS, conditional: true, decoder: conditionalDecoder(SHAPE, 2) };
  const conditional = { ...told, encoder: linearEncoder(SHAPE, { told: 2 }) };
  const mixture = await oneComponentEach();
  await storeModel(data, { dataset: 'pets', modelId: 'pets', ...conditional, mixture });
  await storeModel(data, { dataset: 'unfitted', modelId: 'unfitted', ...conditional });
  await storeModel(data, { dataset: 'gan', modelId: 'gan', family: 'gan', ...told });
  await storeModel(data, { dataset: 'old', modelId: 'old', decoder: linearDecoder(SHAPE) });
  await storeModel(data, { dataset: 'flow', modelId: 'flow', encoder, flow: [] });
});

/** One component a class, around the code of its image. */
async function oneComponentEach(): Promise<LatentMixture> {
  const card = await storeModel(data, { dataset: 'read', modelId: 'read' });
  const encoder = await openEncoderWith(1)(linearEncoder(SHAPE), card);
  const codes = await encoder.encode(Buffer.concat([CAT, DOG]), Int32Array.of(-1, -1));
  await encoder.close();
  const { latentDim } = SHAPE;
  const components = LABELS.map((_, label) => ({
    weight: 0.5,
    label,
    mean: [...codes.subarray(label * latentDim, (label + 1) * latentDim)],
    factor: Array<number>(latentDim).fill(0.1),
  }));
  return { schemaVersion: 1, latentDim, covariance: 'diagonal', components };
}

test('a strip goes from one image to the other, and a mix is a place on it', async () => {
  const strip = await drawn('plain', 'interpolate', { from: given(CAT), to: given(DOG), steps: 5 });
  expect(strip).toHaveLength(5 * SIZE);
  const at = (step: number) => strip.subarray(step * SIZE, (step + 1) * SIZE);
  const mixed = (weights: [number, number]) =>
    drawn('plain', 'mix', { items: [given(CAT, { weight: weights[0] }), given(DOG, { weight: weights[1] })] });
  expect(await mixed([1, 0])).toEqual(at(0));
  expect(await mixed([3, 1])).toEqual(at(1));
  expect(await mixed([7, 7])).toEqual(at(2));
  expect(await mixed([0, 2])).toEqual(at(4));
  expect(at(0)).not.toEqual(at(4));
});

test('an image without a label has the class among whose codes its own lies', async () => {
  const likeliest = await drawn('pets', 'mix', { items: [given(CAT), given(DOG)] });
  const told = (labels: [string, string]) =>
    drawn('pets', 'mix', { items: [given(CAT, { label: labels[0] }), given(DOG, { label: labels[1] })] });
  expect(await told(['cat', 'dog'])).toEqual(likeliest);
  expect(await told(['cat', 'cat'])).not.toEqual(likeliest);
});

test('one image alone becomes one of another class: it comes nearer to that class, and its own class leaves it as it is', async () => {
  const alone = (more: object) => drawn('pets', 'mix', { items: [given(CAT, { label: 'cat', ...more })] });
  const [cat, turned] = [await alone({}), await alone({ as: 'dog' })];
  expect(await alone({ as: 'cat' })).toEqual(cat);
  const dog = await drawn('pets', 'mix', { items: [given(DOG, { label: 'dog' })] });
  const distance = (image: Uint8Array) => Math.hypot(...image.map((value, i) => value - (dog[i] as number)));
  expect(distance(turned)).toBeLessThan(distance(cat));
});

test('the answer says that its codes come from images, and is the same each time', async () => {
  const body = { items: [given(CAT, { label: 'cat' }), given(DOG, { label: 'dog', weight: 2 })] };
  const answer = await ask('pets', 'mix', body);
  expect(answer.headers).toMatchObject({ [HEADER.prior]: 'encoded', [HEADER.model]: 'pets', [HEADER.output]: 'mean' });
  expect(await ask('pets', 'mix', body)).toEqual(answer);
});

const PAIR = [given(CAT), given(DOG)];
test.each<[string, string, 'mix' | 'interpolate', unknown, ProblemCode]>([
  ['a GAN', 'gan', 'mix', { items: PAIR }, 'encoder.unavailable'],
  ['a model without an encoder', 'old', 'mix', { items: PAIR }, 'encoder.unavailable'],
  ['a flow', 'flow', 'mix', { items: PAIR }, 'encoder.unavailable'],
  ['an image of another size', 'plain', 'mix', { items: [given(CAT), given(CAT.subarray(1))] }, 'item.wrong-size'],
  ['a class that is none', 'pets', 'mix', { items: [given(CAT, { label: 'cow' }), given(DOG)] }, 'label.unknown'],
  ['a class that cannot be told', 'unfitted', 'mix', { items: PAIR }, 'label.needed'],
  ['no image', 'plain', 'mix', { items: [] }, 'request.invalid'],
  ['nine images', 'plain', 'mix', { items: Array(9).fill(given(CAT)) }, 'request.invalid'],
  ['weights of 0', 'plain', 'mix', { items: PAIR.map((item) => ({ ...item, weight: 0 })) }, 'request.invalid'],
  ['a negative weight', 'plain', 'mix', { items: [given(CAT, { weight: -1 }), given(DOG)] }, 'request.invalid'],
  ['pixels that are no base64', 'plain', 'mix', { items: [{ pixels: '*' }, given(DOG)] }, 'request.invalid'],
  ['a strip with one end', 'plain', 'interpolate', { from: given(CAT) }, 'request.invalid'],
  ['several strips', 'plain', 'interpolate', { from: given(CAT), to: given(DOG), rows: 2 }, 'request.invalid'],
])('%s is refused with a stable code', async (_, dataset, operation, body, code) => {
  expect(problemOf(await ask(dataset, operation, body)).code).toBe(code);
});

test('a model that cannot read images is answered with the model of the dataset that can', async () => {
  const { data, call } = openEndpoint();
  await storeModel(data, { modelId: 'reads', encoder: linearEncoder(SHAPE) });
  await storeModel(data, { modelId: 'reads-no-more', encoder: linearEncoder(SHAPE), revoked: true, current: false });
  await storeModel(data, { modelId: 'gan', family: 'gan' });
  const answer = await call({ path: '/v1/datasets/digits/mix', body: { items: PAIR } });
  expect(problemOf(answer)).toMatchObject({
    status: 422,
    detail: 'The model gan has no encoder. The model reads of this dataset can: send it as model.',
  });
  const alone = await call({ path: '/v1/datasets/digits/mix', body: { items: PAIR, model: 'reads' } });
  expect(alone.statusCode).toBe(200);
});

test('the density of a full covariance is that of the standard normal noise it was drawn from', () => {
  const mixture: LatentMixture = {
    ...{ schemaVersion: 1, latentDim: 2, covariance: 'full' },
    components: [{ weight: 1, label: 0, mean: [1, -1], factor: [2, 0.5, 3] }],
  };
  // L [u, v] with L = [[2, 0], [0.5, 3]] and [u, v] = [1, 2].
  const drawnBack = logDensity(mixture, Float32Array.of(1 + 2, -1 + 0.5 + 6), 0);
  expect(drawnBack).toBeCloseTo(-(1 + 4) / 2 - Math.log(6), 5);
  expect(logDensity(mixture, Float32Array.of(0, 0), 1)).toBe(Number.NEGATIVE_INFINITY);
  const { z } = drawLatent(mixture, { seed: 1, stream: 'a', temperature: 0 });
  expect(logDensity(mixture, z, 0)).toBeGreaterThan(drawnBack);
});
