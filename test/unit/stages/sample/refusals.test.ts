import fc from 'fast-check';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { PROBLEMS, Problem, type ProblemCode } from '#core/model/messages/endpoint-api.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import { linearDecoder } from '../../../fixtures/decoders.ts';
import { storeModel } from '../../../fixtures/stored-model.ts';
import { type Call, eventOf, openEndpoint, problemOf } from './calls.ts';

const WIDE = { latentDim: 1, width: 128, height: 128, channels: 3 as const };
const at = (path: string, method = 'POST'): Call => ({ path, method });

const data = memoryStore();
let endpoint: ReturnType<typeof openEndpoint>;

beforeAll(async () => {
  await storeModel(data);
  await storeModel(data, { modelId: 'withdrawn', revoked: true, current: false });
  await storeModel(data, { dataset: 'gone', modelId: 'withdrawn', revoked: true });
  await storeModel(data, { dataset: 'named', labels: ['cat', 'dog'] });
  await storeModel(data, { dataset: 'wide', shape: WIDE, decoder: linearDecoder(WIDE) });
  // A card alone, as a run leaves it before promotion has spoken, is no model that may be named.
  const card = (await data.get(keys.modelCard('digits', 'model-a')))?.body as Uint8Array;
  await data.put(keys.modelCard('digits', 'unregistered'), card);
});

beforeEach(() => {
  endpoint = openEndpoint({ data });
});

const REFUSALS: readonly [what: string, call: Call, code: ProblemCode][] = [
  ['n = 0', { body: { n: 0 } }, 'request.invalid'],
  ['n = -1', { body: { n: -1 } }, 'request.invalid'],
  ['n = 1e9', { body: { n: 1e9 } }, 'request.invalid'],
  ['n = 1.5', { body: { n: 1.5 } }, 'request.invalid'],
  ["n = '10'", { body: { n: '10' } }, 'request.invalid'],
  ['n = null', { body: { n: null } }, 'request.invalid'],
  ['n = [1]', { body: { n: [1] } }, 'request.invalid'],
  ['n = NaN', { text: '{"n": NaN}' }, 'request.not-json'],
  ['n = 1e999, which JSON reads as infinite', { text: '{"n": 1e999}' }, 'request.invalid'],
  ['a seed beyond 32 bits', { body: { seed: 2 ** 32 } }, 'request.invalid'],
  ['a temperature above 2', { body: { temperature: 2.1 } }, 'request.invalid'],
  ['an unknown member', { body: { count: 3 } }, 'request.invalid'],
  ['a member named __proto__', { text: '{"__proto__": {"n": 3}}' }, 'request.invalid'],
  ['a list', { body: [] }, 'request.invalid'],
  ['null', { body: null }, 'request.invalid'],
  ['a body that is no JSON', { text: 'n=10' }, 'request.not-json'],
  ['a body of a megabyte', { text: ' '.repeat(2 ** 20) }, 'request.body-too-large'],
  ['a model that is a path', { body: { model: '../../secrets' } }, 'request.invalid'],
  [
    'too many steps and rows together',
    { path: '/v1/datasets/digits/interpolate', body: { rows: 64, steps: 64 } },
    'request.invalid',
  ],
  ['a walk of one step', { path: '/v1/datasets/digits/interpolate', body: { steps: 1 } }, 'request.invalid'],
  ['a dataset without a model', at('/v1/datasets/cats/sample'), 'dataset.unknown'],
  ['a name no dataset can have', at('/v1/datasets/Not%20One/sample'), 'dataset.unknown'],
  ['a dataset that is a path', at('/v1/datasets/../sample'), 'dataset.unknown'],
  ['a dataset whose current model was revoked', at('/v1/datasets/gone/sample'), 'model.revoked'],
  ['the models of an unknown dataset', at('/v1/datasets/cats/models', 'GET'), 'dataset.unknown'],
  ['a label of a model without labels', { body: { label: 'cat' } }, 'label.unknown'],
  [
    'a label of a model that cannot draw one alone',
    { path: '/v1/datasets/named/sample', body: { label: 'cat' } },
    'label.unavailable',
  ],
  [
    'a mix of images where the model has no encoder',
    { path: '/v1/datasets/digits/mix', body: { items: [{ pixels: 'AAAA' }, { pixels: 'AAAA' }] } },
    'encoder.unavailable',
  ],
  ['a mixture where none is stored', { body: { prior: 'mixture' } }, 'prior.unavailable'],
  ['an unknown model', { body: { model: 'nope' } }, 'model.unknown'],
  ['a model that promotion has not seen', { body: { model: 'unregistered' } }, 'model.unknown'],
  ['a revoked model', { body: { model: 'withdrawn' } }, 'model.revoked'],
  ['the card of an unknown model', at('/v1/datasets/digits/models/nope', 'GET'), 'model.unknown'],
  ['the card of a model that is a path', at('/v1/datasets/digits/models/..%2F', 'GET'), 'model.unknown'],
  ['another address', at('/v1/datasets/digits/paint'), 'route.unknown'],
  ['an address that goes on', at('/v1/datasets/digits/sample/'), 'route.unknown'],
  ['no address', at(''), 'route.unknown'],
  ['another method', at('/v1/datasets/digits/sample', 'GET'), 'method.not-allowed'],
  ['a type that cannot be sent', { accept: 'text/html, image/webp' }, 'accept.not-supported'],
  [
    'a picture of a card',
    { ...at('/v1/datasets/digits/models/model-a', 'GET'), accept: 'image/png' },
    'accept.not-supported',
  ],
  [
    'more pixels than are sent inline',
    { path: '/v1/datasets/wide/sample', accept: 'application/x-npy', body: { n: 1024 } },
    'request.too-large',
  ],
];

test('an operation on another kind of data is answered with those that models of this kind can do', async () => {
  const body = { columns: ['age'], rows: [['39']] };
  const { status, detail } = problemOf(await endpoint.call({ path: '/v1/datasets/digits/impute', body }));
  expect(status).toBe(422);
  expect(detail).toContain(
    'is a model of image data; impute takes table. Models of image data can: sample, interpolate,',
  );
  expect(detail).toMatch(/ inpaint, .*morph\.$/);
});

test.each(REFUSALS)('%s is a problem with a stable code, and no model is loaded for it', async (_what, call, code) => {
  const answer = await endpoint.call(call);
  expect(answer.headers['content-type']).toBe('application/problem+json');
  const problem = Problem.parse(problemOf(answer));
  expect(problem).toMatchObject({ code, status: PROBLEMS[code].status, title: PROBLEMS[code].title });
  expect(answer.statusCode).toBe(PROBLEMS[code].status);
  expect(endpoint.count.opened).toBe(0);
});

test('every code is one that a request can get, but those of a fault on this side', () => {
  const ofFaults: ProblemCode[] = ['internal', 'model.corrupt'];
  /** Only an opened model can say: the tests of repairs, codes, parents and texts have them. */
  const ofGivenItems: ProblemCode[] = [
    ...(['item.wrong-size', 'item.invalid', 'mask.invalid', 'label.needed', 'sample.withheld'] as const),
    ...(['container.invalid', 'container.mismatch'] as const),
    ...(['text.unknown-character', 'text.impossible-length', 'text.no-source'] as const),
  ];
  // tables.test.ts gets these.
  const ofTables: ProblemCode[] = [
    'condition.invalid',
    'condition.unavailable',
    'condition.impossible',
    'operation.unavailable',
  ];
  // large.test.ts gets these.
  const ofLarge: ProblemCode[] = ['request.too-long', 'ticket.unknown'];
  const seen = new Set([
    ...REFUSALS.map(([, , code]) => code),
    ...[...ofFaults, ...ofGivenItems, ...ofTables, ...ofLarge],
  ]);
  expect([...seen].sort()).toEqual(Object.keys(PROBLEMS).sort());
});

test('what is wrong in a body is said member by member', async () => {
  const { errors } = problemOf(await endpoint.call({ body: { n: 0, seed: 'x', colour: 1 } }));
  expect(errors?.map(({ path }) => path).sort()).toEqual(['colour', 'n', 'seed']);
});

test('another method learns which one is allowed', async () => {
  expect((await endpoint.call(at('/v1/datasets/digits/models', 'POST'))).headers.allow).toBe('GET');
});

test('a base64 body is read as what it stands for', async () => {
  const event = { ...eventOf({ accept: 'application/json' }), isBase64Encoded: true };
  const body = (text: string) => Buffer.from(text).toString('base64');
  const good = await endpoint.stage({ ...event, body: body('{"n":2}') });
  expect(JSON.parse(good.body)).toMatchObject({ count: 2 });
  expect(problemOf(await endpoint.stage({ ...event, body: body('{"n":') })).code).toBe('request.not-json');
});

test('no body at all draws with the defaults', async () => {
  expect(JSON.parse((await endpoint.call({ accept: 'application/json' })).body)).toMatchObject({ count: 16 });
});

test('whatever the body, the answer is pictures or a 4xx', async () => {
  const member = fc.oneof(
    fc.jsonValue(),
    fc.integer({ min: -2, max: 40 }),
    fc.constantFrom('model-a', 'withdrawn', '../x', 7, 0.5),
  );
  const request = fc.dictionary(
    fc.constantFrom('n', 'seed', 'model', 'temperature', 'steps', 'rows', '__proto__', 'x'),
    member,
  );
  const path = fc.constantFrom('/v1/datasets/digits/sample', '/v1/datasets/digits/interpolate');
  const text = fc.oneof(
    request.map((value) => JSON.stringify(value)),
    fc.json(),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(path, text, fc.boolean(), async (rawPath, body, isBase64Encoded) => {
      const answer = await endpoint.stage({ ...eventOf({ path: rawPath, text: body }), isBase64Encoded });
      expect(answer.statusCode === 200 || (answer.statusCode >= 400 && answer.statusCode < 500)).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test('whatever the event, the answer is a 4xx', async () => {
  const headers = fc.dictionary(fc.string(), fc.string());
  const event = fc.oneof(
    fc.anything(),
    fc.record({
      rawPath: fc.constantFrom('/', '/v1', '/v1/datasets//sample', '/v1/datasets/digits/models/a/b'),
      requestContext: fc.record({ http: fc.record({ method: fc.string() }) }),
      headers,
    }),
    fc.record({ rawPath: fc.string(), requestContext: fc.constant({ http: { method: 'GET' } }), body: fc.string() }),
  );
  await fc.assert(
    fc.asyncProperty(event, async (given) => {
      const { statusCode } = await endpoint.stage(given);
      expect(statusCode).toBeGreaterThanOrEqual(400);
      expect(statusCode).toBeLessThan(500);
    }),
    { numRuns: 100 },
  );
});
