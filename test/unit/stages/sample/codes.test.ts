// Images to codes and to small files, and back.
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { decodeNpy } from '#core/base/npy.ts';
import { normals, uniforms } from '#core/base/random.ts';
import { CompressionAnswer, CompressionFacts, EncodeAnswer, HEADER } from '#core/model/messages/endpoint-api.ts';
import { memoryStore } from '#core/store/memory.ts';
import { outlierScores } from '../../../../stages/sample/codec/outlier-scores.ts';
import { linearDecoder, linearEncoder } from '../../../fixtures/decoders.ts';
import { SHAPE, storeModel } from '../../../fixtures/stored-model.ts';
import { bytesOf, openEndpoint, problemOf } from './calls.ts';

const SIZE = SHAPE.width * SHAPE.height;
/** Of smooth images, which the decoder of the tests draws well. */
const WIDE = { latentDim: 4, width: 48, height: 48, channels: 3 } as const;
const data = memoryStore();
const { call } = openEndpoint({ data });
let drawn: Uint8Array[];

beforeAll(async () => {
  await storeModel(data, { encoder: linearEncoder(SHAPE) });
  await storeModel(data, { modelId: 'older', encoder: linearEncoder(SHAPE), current: false });
  await storeModel(data, { dataset: 'wide', shape: WIDE, decoder: linearDecoder(WIDE), encoder: linearEncoder(WIDE) });
  const values = decodeNpy(bytesOf(await ask('sample', { n: 4, seed: 3 }))).values as Uint8Array;
  drawn = [0, 1, 2, 3].map((i) => values.slice(i * SIZE, (i + 1) * SIZE));
});

const ask = (operation: string, body: object, accept = 'application/x-npy', dataset = 'digits') =>
  call({ path: `/v1/datasets/${dataset}/${operation}`, accept, body });
const given = (pixels: Uint8Array) => ({ pixels: Buffer.from(pixels).toString('base64') });
const imagesOf = async (operation: string, body: object) => {
  const answer = await ask(operation, body);
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return decodeNpy(bytesOf(answer)).values as Uint8Array;
};
async function compressed(items: readonly Uint8Array[], how: object = {}, dataset = 'digits') {
  const answer = await ask('compress', { items: items.map(given), ...how }, 'application/json', dataset);
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return CompressionAnswer.parse(JSON.parse(answer.body));
}

test('a code is drawn as the image whose code it is, and a seed stands for its first sample', async () => {
  const items = drawn.slice(0, 2).map(given);
  const answer = EncodeAnswer.parse(JSON.parse((await ask('encode', { items }, 'application/json')).body));
  const codes = answer.codes.map(({ code }) => ({ code }));
  expect(await imagesOf('decode', { items: codes })).toEqual(await imagesOf('decode', { items }));
  expect(await imagesOf('decode', { items: [{ seed: 3 }] })).toEqual(drawn[0]);
  const asArray = decodeNpy(bytesOf(await ask('encode', { items })));
  expect(asArray.shape).toEqual([2, SHAPE.latentDim]);
  expect(Buffer.from(asArray.values.buffer.slice(0, 16))).toEqual(Buffer.from(codes[0]?.code ?? '', 'base64'));
});

test('a code says how unlike held-out items its image is, by its density under the prior', async () => {
  const densityQuantiles = [-8, -4, -2, -1, 0];
  const told = { dataset: 'scored', modelId: 'scored', encoder: linearEncoder(SHAPE), densityQuantiles };
  const card = await storeModel(data, told);
  const code = (length: number) => ({ code: Buffer.from(Float32Array.of(length, 0, 0, 0).buffer).toString('base64') });
  const scoresOf = async (dataset: string) => {
    const answer = await ask('encode', { items: [0, 2, 3, 9].map(code) }, 'application/json', dataset);
    return EncodeAnswer.parse(JSON.parse(answer.body)).codes.map(({ outlierScore }) => outlierScore);
  };
  // Densities 0, -2, -4.5 and -40.5: the third lies an eighth of the way from the second percentile down to the first.
  expect(await scoresOf('scored')).toEqual([0, 0.5, 0.78125, 1]);
  expect(await scoresOf('digits')).toEqual([null, null, null, null]);
  const flow = { ...card, latent: { ...card.latent, prior: 'flow', densityQuantiles } } as typeof card;
  const z = new Float32Array(4);
  const given = [
    { z, label: -1 },
    { z, label: 2, pixels: new Uint8Array(3) },
  ];
  const densities = async (images: Uint8Array, labels: Int32Array) => {
    return Float32Array.of(images.length === 3 && labels[0] === 2 ? -6 : 0);
  };
  expect(await outlierScores(given, { card: flow, densities, mixture: undefined })).toEqual([null, 0.875]);
  const older = { card: flow, densities: async () => undefined, mixture: undefined };
  expect(await outlierScores(given, older)).toEqual([null, null]);
});

test('codes and seeds are mixed without an encoder; on a sphere, the mean is as long as they are', async () => {
  const items = [{ seed: 1 }, { seed: 2 }];
  const encoded = async (body: object) => {
    const code = JSON.parse((await ask('encode', body, 'application/json')).body).codes[0].code as string;
    return new Float32Array(new Uint8Array(Buffer.from(code, 'base64')).buffer);
  };
  const ends = await Promise.all(items.map((item) => encoded({ items: [item] })));
  const length = (z: Float32Array) => Math.hypot(...z);
  const middle = ends[0]?.map((value, d) => (value + (ends[1]?.[d] as number)) / 2) as Float32Array;
  const scale = (length(ends[0] as Float32Array) + length(ends[1] as Float32Array)) / 2 / length(middle);
  const code = Buffer.from(middle.map((value) => value * scale).buffer).toString('base64');
  expect(scale).toBeGreaterThan(1.01);
  const expected = await imagesOf('decode', { items: [{ code }] });
  const mixed = await imagesOf('mix', { items, path: 'spherical' });
  for (const [i, value] of mixed.entries()) expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(1);
});

test('items of a model with a flow are mixed along the sphere unless the request says otherwise', async () => {
  await storeModel(data, { dataset: 'flow', modelId: 'flow', flow: [] });
  const items = [{ seed: 1 }, { seed: 2 }];
  const mixed = async (dataset: string, more: object = {}) => {
    const answer = await ask('mix', { items, ...more }, 'application/x-npy', dataset);
    return decodeNpy(bytesOf(answer)).values;
  };
  expect(await mixed('flow')).toEqual(await mixed('flow', { path: 'spherical' }));
  expect(await mixed('flow')).not.toEqual(await mixed('flow', { path: 'linear' }));
  expect(await mixed('digits')).toEqual(await mixed('digits', { path: 'linear' }));
});

test('without a bound, images come out as the model makes them; lossless means every byte', async () => {
  const lossy = await compressed(drawn, { step: 0.05 });
  const lossless = await compressed(drawn, { maxError: 0 });
  expect(lossless.ssim).toBe(1);
  expect(lossless.largestError).toBe(0);
  expect(lossy.largestError).toBeGreaterThan(0);
  expect(await imagesOf('decompress', { container: lossless.container })).toEqual(new Uint8Array(Buffer.concat(drawn)));
  expect(lossy.bytes).toBeLessThan(lossless.bytes);
  expect(lossy.method).toBe('model');
  expect(lossy.modelBytes).toBeLessThan(lossy.webpBytes);
  expect([lossy.modelSsim, lossy.modelPsnr]).toEqual([lossy.ssim, lossy.psnr]);
});

test('where the model cannot draw an image, the file within a bound is a WebP with losses, not a lossless one', async () => {
  const noise = normals(2, 'noise', WIDE.width * WIDE.height);
  const image = Uint8Array.from({ length: noise.length * WIDE.channels }, (_, i) =>
    Math.max(0, Math.min(255, 128 + 20 * (noise[Math.floor(i / WIDE.channels)] as number))),
  );
  const exact = await compressed([image], { maxError: 0 }, 'wide');
  const { method, webpBytes, container } = await compressed([image], { maxError: 60 }, 'wide');
  expect(method).toBe('webp');
  expect(webpBytes).toBeLessThan(exact.webpBytes / 2);
  const answer = await ask('decompress', { container }, 'application/x-npy', 'wide');
  const off = (decodeNpy(bytesOf(answer)).values as Uint8Array).map((value, i) =>
    Math.abs(value - (image[i] as number)),
  );
  expect(Math.max(...off)).toBeLessThanOrEqual(60);
  expect(Math.max(...off)).toBeGreaterThan(0);
});

test.each([1, 5, 30])('no value is off by more than %i, and the answer says by how much at most', async (maxError) => {
  const noise = Uint8Array.from(uniforms(9, 'noise', SIZE), (share) => Math.floor(256 * share));
  const items = [drawn[0] as Uint8Array, noise];
  const { container, largestError } = await compressed(items, { maxError });
  const out = await imagesOf('decompress', { container });
  const original = Buffer.concat(items);
  const most = Math.max(...Array.from(out, (value, i) => Math.abs(value - (original[i] as number))));
  expect(most).toBeLessThanOrEqual(maxError);
  expect(largestError).toBe(most);
});

test('an image that the model knows nothing of is compressed by WebP, and the answer says so', async () => {
  const flat = new Uint8Array(WIDE.width * WIDE.height * 3).fill(90);
  const noise = normals(4, 'ramp', 3);
  const ramp = flat.map((_, i) => 40 + Math.floor((i % (48 * 3)) / 3) * 2 + Math.round(noise[i % 3] ?? 0));
  const { method, bytes, webpBytes, container } = await compressed([flat, ramp], { maxError: 0 }, 'wide');
  expect({ method, bytes }).toEqual({ method: 'webp', bytes: webpBytes });
  const answer = await ask('decompress', { container }, 'application/x-npy', 'wide');
  expect(decodeNpy(bytesOf(answer)).values).toEqual(new Uint8Array(Buffer.concat([flat, ramp])));
});

test('the file is the answer, with what it came to in a header', async () => {
  const answer = await ask('compress', { items: [given(drawn[0] as Uint8Array)] }, 'application/octet-stream');
  const facts = CompressionFacts.parse(JSON.parse(answer.headers[HEADER.compression] ?? ''));
  expect(bytesOf(answer)).toHaveLength(facts.bytes);
  expect(Buffer.from(bytesOf(answer)).toString('latin1', 0, 4)).toBe('gpan');
});

test('a file is restored by the model that it names, also when another one serves', async () => {
  const { container, modelId } = await compressed(drawn, { model: 'older', maxError: 0 });
  expect(modelId).toBe('older');
  const answer = await ask('decompress', { container });
  expect(answer.headers[HEADER.model]).toBe('older');
});

test('a file with any byte changed is refused', async () => {
  const file = Buffer.from((await compressed(drawn, { maxError: 2 })).container, 'base64');
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: file.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const damaged = Buffer.from(file);
      damaged[at] = (damaged[at] as number) ^ change;
      const answer = await ask('decompress', { container: damaged.toString('base64') });
      expect(problemOf(answer).code).toBe('container.invalid');
    }),
    { numRuns: 60 },
  );
});

test.each<[string, string, object, string]>([
  ['a code of another length', 'decode', { items: [{ code: 'AAAA' }] }, 'item.invalid'],
  [
    'a code that is no number',
    'decode',
    { items: [{ code: Buffer.alloc(16, 0xff).toString('base64') }] },
    'item.invalid',
  ],
  ['a code to repair', 'denoise', { item: { seed: 1 } }, 'item.invalid'],
  ['a seed to compress', 'compress', { items: [{ seed: 1 }] }, 'item.invalid'],
  ['no file', 'decompress', {}, 'request.invalid'],
  ['a class of a model without classes', 'decode', { items: [{ seed: 1, as: 'dog' }] }, 'label.unknown'],
])('%s is refused with a stable code', async (_, operation, body, code) => {
  expect(problemOf(await ask(operation, body, '*/*')).code).toBe(code);
});
