// What is drawn where the model has a mixture or knows classes.
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { decodeNpy } from '#core/base/npy.ts';
import type { LatentMixture } from '#core/model/latent-mixture.ts';
import { HEADER, PROBLEMS, type ProblemCode, SampleAnswer } from '#core/model/messages/endpoint-api.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import { conditionalDecoder } from '../../../fixtures/decoders.ts';
import { SHAPE, storeModel } from '../../../fixtures/stored-model.ts';
import { bytesOf, type Call, openEndpoint, problemOf } from './calls.ts';

const LABELS = ['cat', 'dog & "co"'];
/** One narrow component a class, far apart. */
const MIXTURE: LatentMixture = {
  schemaVersion: 1,
  latentDim: SHAPE.latentDim,
  covariance: 'diagonal',
  components: [-3, 3].map((at, label) => ({
    weight: 0.5,
    label,
    mean: Array.from({ length: SHAPE.latentDim }, () => at),
    factor: Array.from({ length: SHAPE.latentDim }, () => 1e-3),
  })),
};
const data = memoryStore();
const { call } = openEndpoint({ data });
const of = (dataset: string, body: unknown = {}, more: Call = {}) =>
  call({ path: `/v1/datasets/${dataset}/sample`, accept: 'application/x-npy', body, ...more });
const pixels = async (dataset: string, body: unknown) =>
  decodeNpy(bytesOf(await of(dataset, body))).values as Uint8Array;
const first = (values: Uint8Array, count = 1) => values.subarray(0, count * SHAPE.width * SHAPE.height);

beforeAll(async () => {
  await storeModel(data, { dataset: 'mixed', modelId: 'mixed', labels: LABELS, mixture: MIXTURE });
  await storeModel(data, { dataset: 'photos', modelId: 'photos', labels: LABELS, mixture: MIXTURE, preset: 'photo' });
  const beside = { dataset: 'beside-flow', modelId: 'beside-flow', labels: LABELS, mixture: MIXTURE };
  await storeModel(data, { ...beside, compared: ['mixture', 'flow'] });
  await storeModel(data, { dataset: 'plain', modelId: 'plain', labels: LABELS });
  const told = { labels: LABELS, conditional: true, decoder: conditionalDecoder(SHAPE, 2) };
  await storeModel(data, { dataset: 'told', modelId: 'told', ...told });
  await storeModel(data, { dataset: 'flow', modelId: 'flow', ...told, conditional: false, flow: [0.9, 0.1, 0] });
  await storeModel(data, { dataset: 'gan', modelId: 'gan', family: 'gan', ...told });
});

test('a model with a mixture draws from it by default, the same each time, and says so everywhere', async () => {
  const answer = await of('mixed', { n: 2, seed: 5 }, { accept: 'application/json' });
  const { images, ...facts } = SampleAnswer.parse(JSON.parse(answer.body));
  expect(facts).toMatchObject({ prior: 'mixture', output: 'mean', label: null });
  expect(answer.headers).toMatchObject({ [HEADER.prior]: 'mixture', [HEADER.output]: 'mean' });
  const { xmpAsString } = await sharp(Buffer.from(images[0] as string, 'base64')).metadata();
  expect(xmpAsString).toContain('goldpan:prior="mixture" goldpan:output="mean"/>');
  expect(await of('mixed', { n: 2, seed: 5 }, { accept: 'application/json' })).toEqual(answer);
  expect(await pixels('mixed', { n: 4, seed: 5, prior: 'mixture' })).toEqual(await pixels('mixed', { n: 4, seed: 5 }));
  expect(await pixels('mixed', { n: 4, seed: 5, prior: 'normal' })).toEqual(await pixels('plain', { n: 4, seed: 5 }));
});

test('a walk goes from a draw to a draw where a flow was trained and the mixture was chosen', async () => {
  const path = '/v1/datasets/beside-flow/interpolate';
  const answer = await of('beside-flow', { rows: 1, steps: 3, seed: 5 }, { path });
  const walk = decodeNpy(bytesOf(answer)).values as Uint8Array;
  const [size, ends] = [SHAPE.width * SHAPE.height, await pixels('beside-flow', { n: 2, seed: 5 })];
  expect(walk.subarray(0, size)).toEqual(ends.subarray(0, size));
  expect(walk.subarray(2 * size)).toEqual(ends.subarray(size));
  expect(answer.headers).toMatchObject({ [HEADER.prior]: 'mixture' });
});

test('a walk of a model of photos goes from a draw to a draw, where codes lie', async () => {
  const walk = async (dataset: string) => {
    const path = `/v1/datasets/${dataset}/interpolate`;
    const answer = await of(dataset, { rows: 1, steps: 3, seed: 5 }, { path });
    return decodeNpy(bytesOf(answer)).values as Uint8Array;
  };
  const [size, ends] = [SHAPE.width * SHAPE.height, await pixels('photos', { n: 2, seed: 5 })];
  const photos = await walk('photos');
  expect(photos.subarray(0, size)).toEqual(ends.subarray(0, size));
  expect(photos.subarray(2 * size)).toEqual(ends.subarray(size));
  expect(await walk('mixed')).toEqual(await walk('plain'));
  expect(photos).not.toEqual(await walk('plain'));
});

test('a label is drawn from its own components, whatever else is drawn', async () => {
  const cats = await pixels('mixed', { n: 6, seed: 1, label: LABELS[0] });
  const dogs = await pixels('mixed', { n: 6, seed: 1, label: LABELS[1] });
  // The components are so narrow that a class is one picture, give or take a rounding.
  const apart = (a: Uint8Array, b: Uint8Array) => Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))));
  expect(apart(first(cats), cats.subarray(first(cats).length, 2 * first(cats).length))).toBeLessThan(4);
  expect(apart(first(cats), first(dogs))).toBeGreaterThan(50);
  const answer = await of('mixed', { n: 1, seed: 1, label: LABELS[1] }, { accept: 'image/png' });
  expect(decodeURIComponent(answer.headers[HEADER.label] ?? '')).toBe(LABELS[1]);
  const { xmpAsString } = await sharp(bytesOf(answer)).metadata();
  expect(xmpAsString).toContain('goldpan:label="dog &#38; &#34;co&#34;"');
});

test('a conditional decoder is told the class, and one of its classes where none was asked for', async () => {
  const [cat, dog] = await Promise.all(LABELS.map((label) => pixels('told', { n: 1, seed: 4, label })));
  expect(cat).not.toEqual(dog);
  const any = await pixels('told', { n: 8, seed: 4 });
  expect([cat, dog]).toContainEqual(first(any));
  expect(first(await pixels('told', { n: 8, seed: 4, label: LABELS[0] }))).toEqual(cat);
  const walk = { path: '/v1/datasets/told/interpolate', body: { rows: 2, steps: 3, seed: 1 } };
  expect((await of('told', walk.body, walk)).statusCode).toBe(200);
});

test('a decoder with a flow in it draws from standard normal vectors, and exactly the class it is asked for', async () => {
  const answer = await of('flow', { n: 2, seed: 4, label: LABELS[1] });
  expect(answer.headers).toMatchObject({ [HEADER.prior]: 'flow', [HEADER.output]: 'mean' });
  // The same decoder and the same vectors as those of the conditional model under the normal prior.
  const asked = { n: 3, seed: 4, label: LABELS[1] };
  expect(await pixels('flow', asked)).toEqual(await pixels('told', { ...asked, prior: 'normal' }));
  expect(await pixels('flow', { ...asked, prior: 'flow' })).toEqual(await pixels('flow', asked));
  const walk = { path: '/v1/datasets/flow/interpolate', body: { rows: 2, steps: 3, seed: 1 } };
  expect((await of('flow', walk.body, walk)).headers).toMatchObject({ [HEADER.prior]: 'flow' });
});

test('without a label the classes are drawn by their shares in training', async () => {
  const drawn = await pixels('flow', { n: 200, seed: 1 });
  const cats = await pixels('flow', { n: 200, seed: 1, label: LABELS[0] });
  const size = SHAPE.width * SHAPE.height;
  const isCat = (i: number) =>
    Buffer.compare(drawn.subarray(i * size, (i + 1) * size), cats.subarray(i * size, (i + 1) * size)) === 0;
  const share = Array.from({ length: 200 }, (_, i) => i).filter(isCat).length / 200;
  expect(share).toBeGreaterThan(0.83);
  expect(share).toBeLessThan(0.97);
});

test('truncation draws far vectors again, and temperature scales what is left', async () => {
  const [all, near, nearer] = await Promise.all(
    [{}, { truncation: 0.5 }, { truncation: 0.5, temperature: 0.5 }].map((more) =>
      pixels('flow', { n: 64, seed: 2, label: LABELS[0], ...more }),
    ),
  );
  const spread = (values: Uint8Array | undefined) => {
    const at = Array.from({ length: 64 }, (_, i) => values?.[i * SHAPE.width * SHAPE.height] as number);
    const mean = at.reduce((sum, value) => sum + value, 0) / 64;
    return Math.sqrt(at.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 64);
  };
  expect(spread(near)).toBeLessThan(spread(all) / 2);
  expect(spread(nearer)).toBeLessThan(spread(near));
});

test('a generator serves from its own file, and its pixels are no mean', async () => {
  const answer = await of('gan', { n: 2, seed: 4 });
  expect(answer.headers).toMatchObject({ [HEADER.prior]: 'normal', [HEADER.output]: 'generated' });
  expect(await pixels('gan', { n: 2, seed: 4 })).toEqual(await pixels('told', { n: 2, seed: 4 }));
});

test.each([
  ['a label that no item had', 'mixed', { label: 'cow' }, 'label.unknown'],
  ['a label of a model that knows none', 'plain', { label: 'cat' }, 'label.unavailable'],
  [
    'a label from the normal prior of a model told nothing',
    'mixed',
    { label: 'cat', prior: 'normal' },
    'label.unavailable',
  ],
  ['a mixture where there is none', 'plain', { prior: 'mixture' }, 'prior.unavailable'],
  ['a flow where there is none', 'mixed', { prior: 'flow' }, 'prior.unavailable'],
  ['the normal prior of a decoder with a flow in it', 'flow', { prior: 'normal' }, 'prior.unavailable'],
  ['a truncation that leaves nothing', 'plain', { truncation: 0.01 }, 'request.invalid'],
  ['another prior', 'plain', { prior: 'uniform' }, 'request.invalid'],
  ['an empty label', 'plain', { label: '' }, 'request.invalid'],
])('%s is refused', async (_what, dataset, body, code) => {
  expect(problemOf(await of(dataset, body))).toMatchObject({ status: PROBLEMS[code as ProblemCode].status, code });
});

test('a mixture that is not what the card says is a fault, not an answer', async () => {
  await storeModel(data, { dataset: 'damaged', modelId: 'damaged', mixture: MIXTURE });
  await data.put(keys.model('damaged', 'damaged', 'latents.json'), Buffer.from('{}'));
  await expect(of('damaged')).rejects.toThrow('latents.json whose SHA-256 differs from its card');
});
