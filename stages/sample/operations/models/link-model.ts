// Links to the files of one model.
import { ModelLinks } from '#core/model/messages/large-messages.ts';
import { keys } from '#core/store/keys.ts';
import { accepted } from '../../problem.ts';
import { jsonAnswer } from '../../representation/answer.ts';
import { JSON_ONLY } from '../../representation/media-types.ts';
import type { Operation } from '../operation.ts';

export const linkModel: Operation = {
  name: 'linkModel',
  method: 'GET',
  path: '/v1/datasets/{dataset}/models/{id}/links',
  summary:
    'Returns links to the card and the files of one model, which work for some minutes without credentials: to draw in a browser, or to copy the model.',
  types: JSON_ONLY,
  answer: ModelLinks,
  async run({ dataset, modelId }, { models, links }) {
    const chosen = await models.choose(dataset, modelId);
    if (!chosen.ok) return chosen;
    const made = await Promise.all(
      ['card.json', ...Object.keys(chosen.value.files)].map(async (file) => {
        const type = file.endsWith('.json') ? 'application/json' : 'application/octet-stream';
        return { file, ...(await links.reading(keys.model(dataset, modelId, file), type)) };
      }),
    );
    const answer: ModelLinks = {
      modelId,
      seconds: Math.min(...made.map(({ seconds }) => seconds)),
      files: Object.fromEntries(made.map(({ file, url }) => [file, url])),
    };
    return accepted(jsonAnswer(answer));
  },
};
