// The card of one model.
import { ModelAnswer } from '#core/model/messages/endpoint-api.ts';
import { accepted } from '../../problem.ts';
import { jsonAnswer } from '../../representation/answer.ts';
import { JSON_ONLY } from '../../representation/media-types.ts';
import type { Operation } from '../operation.ts';

export const showModel: Operation = {
  name: 'showModel',
  method: 'GET',
  path: '/v1/datasets/{dataset}/models/{id}',
  summary: 'Returns the model card of one model.',
  types: JSON_ONLY,
  answer: ModelAnswer,
  async run({ dataset, modelId }, { models }) {
    const shown = await models.show(dataset, modelId);
    return shown.ok ? accepted(jsonAnswer(shown.value)) : shown;
  },
};
