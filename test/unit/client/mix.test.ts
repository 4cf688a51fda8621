import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeEach, expect, test } from 'vitest';
import { drawBetweenLabels } from '#client/drawing/between/between-labels.ts';
import { drawStrip, endsOf, mix } from '#client/drawing/between/mix.ts';
import { encodeNpy } from '#core/base/npy.ts';
import { encodeColumns } from '#core/base/parquet-columns.ts';
import { EndpointEvent } from '#core/model/messages/endpoint-api.ts';
import { keys } from '#core/store/keys.ts';
import { InterpolateRequest } from '#stages/sample/operations/interpolate.ts';
import { MixRequest } from '#stages/sample/operations/mix.ts';
import { SHAPE, storeModel } from '../../fixtures/stored-model.ts';
import { folderOf } from './folder.ts';
import { memoryDeployment } from './memory-deployment.ts';

const SIZE = SHAPE.width * SHAPE.height;
const HEADERS = {
  'x-goldpan-model': 'model-a',
  'x-goldpan-seed': '0',
  'x-goldpan-prior': 'encoded',
  'x-goldpan-output': 'mean',
};
const ANSWER = { statusCode: 200, headers: HEADERS, body: 'cGljdHVyZQ==', isBase64Encoded: true };
/** Item ids and shards of a snapshot; the items of a shard follow one another. */
const ITEMS = [
  { itemId: 'aaaaaa11', label: 'cat', shard: 'test-00000', path: 'cats/1.png' },
  { itemId: 'bbbbbb11', label: 'dog', shard: 'train-00000', path: 'dogs/1.png' },
  { itemId: 'bbbbbb22', label: null, shard: 'train-00000', path: '2.png' },
  { itemId: 'cccccc11', label: 'cat', shard: null, path: 'cats/again.png' },
];

let buckets: ReturnType<typeof memoryDeployment>;
let out: string;
let file: string;

beforeEach(async () => {
  buckets = memoryDeployment({ answer: ANSWER });
  out = join(folderOf(), 'hybrid.png');
  file = join(folderOf(), 'grey.png');
  await storeModel(buckets.data);
  const { width, height } = SHAPE;
  writeFileSync(
    file,
    await sharp(Buffer.alloc(SIZE, 77), { raw: { width, height, channels: 1 } })
      .png()
      .toBuffer(),
  );
  const at = (name: string) => keys.snapshot('digits', 'snapshot', name);
  const text = { type: 'STRING', nullable: true } as const;
  const columns = { itemId: { type: 'STRING' }, label: text, shard: text, path: { type: 'STRING' } } as const;
  await buckets.data.put(at('items.parquet'), encodeColumns(columns, ITEMS));
  const pixels = (...shades: number[]) =>
    encodeNpy({
      shape: [shades.length, height, width, 1],
      values: Uint8Array.from(shades.flatMap((shade) => Array(SIZE).fill(shade))),
    });
  await buckets.data.put(at('test-00000.npy'), pixels(10));
  await buckets.data.put(at('train-00000.npy'), pixels(20, 30));
});

const sent = () => JSON.parse(EndpointEvent.parse(buckets.calls[0]).body ?? '');
const shadeOf = (pixels: string) => new Set(Buffer.from(pixels, 'base64'));

test('files and items of the snapshot are sent at the size of the model, with their classes and weights', async () => {
  const items = [file, 'bbbbbb11', 'bbbbbb22'];
  const answer = await mix(buckets.context, 'digits', { items, weights: [1, 2, 0.5], labels: [], out });
  expect(answer).toMatchObject({ modelId: 'model-a', count: 1, prior: 'encoded', files: [out] });
  const request = MixRequest.parse(sent());
  expect(request.items.map(({ pixels = '' }) => [...shadeOf(pixels)])).toEqual([[77], [20], [30]]);
  expect(request.items.map(({ pixels = '' }) => Buffer.from(pixels, 'base64').length)).toEqual([SIZE, SIZE, SIZE]);
  expect(request.items.map(({ weight, label }) => [weight, label])).toEqual([
    [1, undefined],
    [2, 'dog'],
    [0.5, undefined],
  ]);
});

test('one item is turned into another class: this cat, but a dog', async () => {
  await mix(buckets.context, 'digits', { items: ['bbbbbb22'], weights: [], labels: ['cat'], as: ['dog'], out });
  const { items } = MixRequest.parse(sent());
  expect(items.map(({ label, as }) => [label, as])).toEqual([['cat', 'dog']]);
});

test('a strip is asked for between its two ends, and classes that are given count', async () => {
  const ends = { from: 'aaaaaa', to: file, labels: ['dog', 'cat'] };
  const { count } = await drawStrip(buckets.context, 'digits', { ...ends, steps: 5, out });
  const { from, to, steps } = InterpolateRequest.parse(sent());
  expect([count, steps, from?.label, to?.label]).toEqual([5, 5, 'dog', 'cat']);
  expect(shadeOf(from?.pixels ?? '')).toEqual(new Set([10]));
});

test('two classes alone are the ends that are drawn of one seed', async () => {
  const png = readFileSync(file).toString('base64');
  const facts = { modelId: 'model-a', seed: 7, machineGenerated: true, prior: 'mixture', output: 'mean', label: 'cat' };
  const drawn = JSON.stringify({ ...facts, count: 1, images: [png] });
  const { context } = buckets;
  const answerOf = (event: unknown) =>
    EndpointEvent.parse(event).rawPath?.endsWith('/sample')
      ? { ...ANSWER, headers: { ...HEADERS, 'x-goldpan-seed': '7' }, body: drawn, isBase64Encoded: false }
      : ANSWER;
  const deployment: typeof context.deployment = {
    ...context.deployment,
    invokeEndpoint: async (event) => {
      await context.deployment.invokeEndpoint(event);
      return answerOf(event);
    },
  };
  const options = { labels: ['cat', 'dog'], steps: 4, seed: undefined, model: undefined, out };
  const strip = await drawBetweenLabels({ ...context, deployment }, 'digits', options);
  expect(strip).toMatchObject({ count: 4, seed: 7, files: [out] });
  const [first, second, third] = buckets.calls.map((call) => JSON.parse(EndpointEvent.parse(call).body ?? ''));
  expect([first, second]).toMatchObject([
    { n: 1, label: 'cat' },
    { n: 1, label: 'dog', seed: 7 },
  ]);
  const { from, to, steps } = InterpolateRequest.parse(third);
  expect([steps, from?.label, to?.label]).toEqual([4, 'cat', 'dog']);
  expect(shadeOf(to?.pixels ?? '')).toEqual(new Set([77]));
});

test('one class, or one end, is refused with what to write', () => {
  expect(endsOf('pets', { labels: ['cat', 'dog'] })).toBeUndefined();
  expect(() => endsOf('pets', { labels: ['cat'] })).toThrow(/--label is given once/);
  expect(() => endsOf('pets', { labels: [], from: 'a.png' })).toThrow(/--from is given without --to/);
});

/** Stands for the file, which each test makes anew. */
const FILE = 'FILE';

test.each([
  ['one item', { items: [FILE] }, /at least two items, not 1/],
  ['other numbers of weights', { items: [FILE, FILE], weights: [1] }, /2 items are given, but 1 weight\./],
  ['other numbers of classes to become', { items: [FILE], as: ['cat', 'dog'] }, /1 item is given, but --as is given 2/],
  ['other numbers of labels', { items: [FILE, FILE], labels: ['cat'] }, /2 items are given, but --label is given once/],
  ['a name of nothing', { items: [FILE, 'no/such.jpg'] }, /no\/such\.jpg is neither a file nor the id/],
  ['an id of two items', { items: [FILE, 'bbbbbb'] }, /2 items match bbbbbb/],
  ['an item that was left out', { items: [FILE, 'cccccc'] }, /cats\/again\.png was left out of snapshot snapshot/],
  ['an unknown model', { items: [FILE, FILE], model: 'nope' }, /digits has no model nope/],
])('%s is refused before anything is asked', async (_, options, message) => {
  const items = options.items.map((item) => (item === FILE ? file : item));
  const asked = mix(buckets.context, 'digits', { weights: [], labels: [], out, ...options, items });
  await expect(asked).rejects.toThrow(message);
  expect(buckets.calls).toEqual([]);
});

test('a file that is no image is refused with what it is', async () => {
  const broken = join(folderOf(), 'notes.jpg');
  writeFileSync(broken, 'not an image');
  const options = { items: [file, broken], weights: [], labels: [], out };
  await expect(mix(buckets.context, 'digits', options)).rejects.toMatchObject({
    message: expect.stringContaining('notes.jpg'),
    exitCode: 2,
  });
});
