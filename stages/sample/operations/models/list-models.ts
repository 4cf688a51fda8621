// The models of a dataset.
import { ModelList } from '#core/model/messages/endpoint-api.ts';
import { accepted } from '../../problem.ts';
import { jsonAnswer } from '../../representation/answer.ts';
import { JSON_ONLY } from '../../representation/media-types.ts';
import type { Operation } from '../operation.ts';

export const listModels: Operation = {
  name: 'listModels',
  method: 'GET',
  path: '/v1/datasets/{dataset}/models',
  summary: 'Lists the models of a dataset and marks the current one.',
  types: JSON_ONLY,
  answer: ModelList,
  async run({ dataset }, { models }) {
    const listed = await models.list(dataset);
    return listed.ok ? accepted(jsonAnswer(listed.value)) : listed;
  },
};
