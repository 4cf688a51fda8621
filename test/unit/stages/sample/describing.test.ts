import { expect, test } from 'vitest';
import { ModelAnswer, ModelList } from '#core/model/messages/endpoint-api.ts';
import { OPERATIONS } from '#stages/sample/operations/operations.ts';
import { routeOf } from '#stages/sample/router.ts';
import { storeModel } from '../../../fixtures/stored-model.ts';
import { openEndpoint } from './calls.ts';

type Document = {
  paths: Record<
    string,
    Record<string, { operationId: string; requestBody?: { content: Record<string, { schema: Schema }> } }>
  >;
};
type Schema = { additionalProperties?: unknown; properties?: Record<string, Record<string, unknown>> };

const { call } = openEndpoint();
const describe = async () => JSON.parse((await call({ method: 'GET', path: '/v1/openapi.json' })).body) as Document;

test('the document describes the routes that are answered, and no others', async () => {
  const { paths } = await describe();
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => ({ method: method.toUpperCase(), path, operationId })),
  );
  expect(described).toHaveLength(OPERATIONS.length);
  for (const { method, path, operationId } of described) {
    const routed = routeOf(method, path.replaceAll(/\{\w+\}/g, 'a'));
    expect(routed.ok && routed.value.operation.name, path).toBe(operationId);
  }
});

test('requests are described with their limits, and refuse what is not listed', async () => {
  const { paths } = await describe();
  const schema = paths['/v1/datasets/{dataset}/sample']?.post?.requestBody?.content['application/json']?.schema;
  expect(schema?.additionalProperties).toBe(false);
  expect(schema?.properties?.n).toMatchObject({ type: 'integer', minimum: 1, maximum: 50_000 });
});

test('models are listed with the one that serves, and shown with their card', async () => {
  const { data, call } = openEndpoint();
  await storeModel(data);
  await storeModel(data, { modelId: 'model-b', revoked: true, current: false });
  await storeModel(data, { dataset: 'digits-2', modelId: 'other' });
  const list = ModelList.parse(JSON.parse((await call({ method: 'GET', path: '/v1/datasets/digits/models' })).body));
  expect(list.current).toBe('model-a');
  expect(list.models.map(({ modelId, revoked }) => ({ modelId, revoked }))).toEqual([
    { modelId: 'model-a', revoked: false },
    { modelId: 'model-b', revoked: true },
  ]);
  const shown = await call({ method: 'GET', path: '/v1/datasets/digits/models/model-b' });
  expect(ModelAnswer.parse(JSON.parse(shown.body))).toMatchObject({ current: false, card: { modelId: 'model-b' } });
});
