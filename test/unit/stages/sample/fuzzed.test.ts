// Requests that nobody meant, to every operation: the answer is what was asked for, or a 4xx.
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { encodePng } from '#core/pages/png.ts';
import { memoryStore } from '#core/store/memory.ts';
import { OPERATIONS } from '#stages/sample/operations/operations.ts';
import { conditionalDecoder, linearEncoder } from '../../../fixtures/decoders.ts';
import { SHAPE, storeModel } from '../../../fixtures/stored-model.ts';
import { eventOf, openEndpoint } from './calls.ts';

const { width, height } = SHAPE;
const LABELS = ['__proto__', 'constructor', 'toString'];
const data = memoryStore();
const { stage } = openEndpoint({ data });
const pixels = new Uint8Array(width * height).fill(7);
const png = Buffer.from(encodePng({ width, height, channels: 1, pixels })).toString('base64');
const code = Buffer.from(new Float32Array(SHAPE.latentDim).buffer).toString('base64');

beforeAll(async () => {
  const conditional = { labels: LABELS, conditional: true, decoder: conditionalDecoder(SHAPE, LABELS.length) };
  await storeModel(data, { ...conditional, encoder: linearEncoder(SHAPE, { told: LABELS.length }) });
});

const strange = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(-1, 0, 1, 2, 1e300, '', 'AAAA', '__proto__'),
);
const item = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      pixels: fc.constant(Buffer.from(pixels).toString('base64')),
      label: fc.constantFrom(...LABELS),
    }),
  },
  { weight: 2, arbitrary: fc.record({ image: fc.constant(png), label: fc.constantFrom(...LABELS, 'cat') }) },
  {
    weight: 2,
    arbitrary: fc.record({ code: fc.constant(code), as: fc.constantFrom(...LABELS) }, { requiredKeys: ['code'] }),
  },
  { weight: 1, arbitrary: fc.record({ seed: fc.nat({ max: 9 }) }) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom('pixels', 'image', 'code', 'seed', 'label', '__proto__'), strange),
  },
);
const body = fc.record(
  {
    items: fc.array(item, { maxLength: 3 }),
    item,
    source: item,
    from: item,
    to: item,
    mask: fc.oneof(fc.constant(png), strange),
    container: strange,
    maxError: fc.oneof(fc.nat({ max: 255 }), strange),
    method: fc.oneof(fc.constantFrom('model', 'simple', 'better'), strange),
    n: fc.oneof(fc.nat({ max: 5 }), strange),
    steps: fc.oneof(fc.nat({ max: 4 }), strange),
    size: fc.oneof(fc.constant(16), strange),
    label: fc.oneof(fc.constantFrom(...LABELS), strange),
    k: strange,
  },
  { requiredKeys: [] },
);

const POSTS = OPERATIONS.filter(({ method }) => method === 'POST');

test.each(POSTS.map(({ name, path }) => [name, path] as const))('%s: whatever the body, no 5xx', async (_, path) => {
  const own = POSTS.find((operation) => operation.path === path);
  const members = Object.keys((own?.request as { shape?: object } | undefined)?.shape ?? {});
  // Members that an operation does not have are refused at once: most bodies have those that it has.
  const known = body.map((given) =>
    members.length === 0 ? given : Object.fromEntries(Object.entries(given).filter(([name]) => members.includes(name))),
  );
  await fc.assert(
    fc.asyncProperty(fc.oneof({ weight: 4, arbitrary: known }, { weight: 1, arbitrary: body }), async (given) => {
      const { statusCode } = await stage(eventOf({ path: path.replace('{dataset}', 'digits'), body: given }));
      expect(statusCode === 200 || (statusCode >= 400 && statusCode < 500), JSON.stringify(given)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('classes named like members of every object are classes', async () => {
  const event = eventOf({ path: '/v1/datasets/digits/sample', body: { n: 1, label: '__proto__' } });
  expect((await stage(event)).statusCode).toBe(200);
  expect((await stage({ ...event, body: JSON.stringify({ n: 1, label: 'hasOwnProperty' }) })).statusCode).toBe(400);
});
