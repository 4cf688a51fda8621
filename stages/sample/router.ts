// Maps method and path to an operation. Ids are validated here, so that no input of a caller reaches an object key.

import { MODEL_ID } from '#core/model/messages/endpoint-api.ts';
import { DATASET_NAME } from '#core/store/keys.ts';
import type { Operation } from './operations/operation.ts';
import { OPERATIONS } from './operations/operations.ts';
import { accepted, type Result, refused } from './problem.ts';

type Routed = { readonly operation: Operation; readonly dataset: string; readonly modelId: string };

type Parameters = Record<string, string>;

/** `dataset` and `modelId` are empty if the route has none. */
export function routeOf(method: string, path: string): Result<Routed> {
  const matching = OPERATIONS.flatMap((operation) => {
    const parameters = match(operation.path, path);
    return parameters ? [{ operation, parameters }] : [];
  });
  if (matching.length === 0) return refused('route.unknown', 'GET /v1/openapi.json lists all paths.');
  const found = matching.find(({ operation }) => operation.method === method);
  if (!found) {
    const allowed = matching.map(({ operation }) => operation.method).join(', ');
    return refused('method.not-allowed', `This path supports ${allowed}.`, { headers: { allow: allowed } });
  }
  const { dataset = '', id = '' } = found.parameters;
  if ('dataset' in found.parameters && !DATASET_NAME.test(dataset)) {
    return refused('dataset.unknown', 'A dataset name consists of a-z, 0-9 and -, at most 63 characters.');
  }
  if ('id' in found.parameters && !MODEL_ID.test(id)) {
    return refused('model.unknown', 'A model id consists of a-z, 0-9 and -, at most 80 characters.');
  }
  return accepted({ operation: found.operation, dataset, modelId: id });
}

function match(template: string, path: string): Parameters | undefined {
  const expected = template.split('/');
  const given = path.split('/');
  if (expected.length !== given.length) return undefined;
  const parameters: Parameters = {};
  for (const [i, segment] of expected.entries()) {
    const value = given[i] as string;
    if (segment.startsWith('{') && value !== '') parameters[segment.slice(1, -1)] = value;
    else if (segment !== value) return undefined;
  }
  return parameters;
}
