// The OpenAPI document.
import { accepted } from '../problem.ts';
import { jsonAnswer } from '../representation/answer.ts';
import { JSON_ONLY } from '../representation/media-types.ts';
import type { Operation } from './operation.ts';

export const describe: Operation = {
  name: 'describe',
  method: 'GET',
  path: '/v1/openapi.json',
  summary: 'Returns this OpenAPI document.',
  types: JSON_ONLY,
  run: async (_, { document }) => accepted(jsonAnswer(document())),
};
