import { expect, test, vi } from 'vitest';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { endpoint } from '../../../../functions/sample/endpoint.ts';
import { linearDecoder } from '../../../fixtures/decoders.ts';
import { SHAPE, storeModel } from '../../../fixtures/stored-model.ts';
import { eventOf, openEndpoint, problemOf } from './calls.ts';

const encode = (text: string) => new TextEncoder().encode(text);

async function callWith(data: Store) {
  const log = { info: vi.fn(), error: vi.fn() };
  const clock = vi.fn().mockReturnValueOnce(1000).mockReturnValue(1012.34);
  const answer = await endpoint(openEndpoint({ data }).stage, clock)(eventOf({ body: { n: 1 } }), log, 30_000);
  return { answer, log };
}

const DAMAGES: readonly [what: string, damage: (data: Store) => Promise<unknown>][] = [
  [
    'another decoder than the card says',
    (data) => data.put(keys.model('digits', 'model-a', 'decoder.onnx'), linearDecoder(SHAPE, 9)),
  ],
  ['no decoder', (data) => data.delete(keys.model('digits', 'model-a', 'decoder.onnx'))],
  ['no card', (data) => data.delete(keys.modelCard('digits', 'model-a'))],
  ['a card of another shape', (data) => data.put(keys.modelCard('digits', 'model-a'), '{"modelId": 3}')],
  ['a pointer that is no JSON', (data) => data.put(keys.currentModel('digits'), '{')],
  ['a decoder that is none', (data) => storeModel(data, { decoder: encode('not a model') })],
  ['a decoder of other pictures', (data) => storeModel(data, { decoder: linearDecoder({ ...SHAPE, width: 4 }) })],
  ['a decoder of other latents', (data) => storeModel(data, { decoder: linearDecoder({ ...SHAPE, latentDim: 3 }) })],
];

test.each(DAMAGES)('%s is a problem that says what to do, and the cause is logged', async (_what, damage) => {
  const data = memoryStore();
  await storeModel(data);
  await damage(data);
  const { answer, log } = await callWith(data);
  expect(problemOf(answer)).toMatchObject({ status: 409, code: 'model.corrupt' });
  expect(answer.body).toContain('goldpan models rollback');
  expect(answer.body).not.toMatch(/memory|models\/|registry|onnx|card/i);
  expect(log.error).toHaveBeenCalledOnce();
});

test('a card of another model is not served', async () => {
  const data = memoryStore();
  await storeModel(data, { dataset: 'cats' });
  const card = (await data.get(keys.modelCard('cats', 'model-a')))?.body as Uint8Array;
  await storeModel(data);
  await data.put(keys.modelCard('digits', 'model-a'), card);
  expect(problemOf((await callWith(data)).answer).code).toBe('model.corrupt');
});

test('a store that fails is a 500 that shows nothing of it, and the next call is served', async () => {
  const data = memoryStore();
  await storeModel(data);
  const get = vi.spyOn(data, 'get').mockRejectedValueOnce(new Error('AccessDenied: arn:aws:s3:::secret'));
  const { answer, log } = await callWith(data);
  expect(problemOf(answer)).toMatchObject({ status: 500, code: 'internal' });
  expect(answer.body).not.toContain('secret');
  expect(log.error).toHaveBeenCalledOnce();
  get.mockRestore();
  expect((await callWith(data)).answer.statusCode).toBe(200);
});

test('a decoder that could not be read is read again by the next call', async () => {
  const data = memoryStore();
  await storeModel(data);
  const decoder = (await data.get(keys.model('digits', 'model-a', 'decoder.onnx')))?.body as Uint8Array;
  await data.delete(keys.model('digits', 'model-a', 'decoder.onnx'));
  const { call } = openEndpoint({ data });
  await expect(call()).rejects.toThrow('has no decoder.onnx');
  await data.put(keys.model('digits', 'model-a', 'decoder.onnx'), decoder);
  expect((await call()).statusCode).toBe(200);
});

test('each call is one log line without what was sent, and tells how long it took', async () => {
  const data = memoryStore();
  await storeModel(data);
  const { answer, log } = await callWith(data);
  expect(answer.headers['server-timing']).toBe('total;dur=12.3');
  expect(log.info).toHaveBeenCalledExactlyOnceWith('answered', {
    path: '/v1/datasets/digits/sample',
    status: 200,
    modelId: 'model-a',
    bodyCharacters: answer.body.length,
    durationMs: 12.3,
  });
});
