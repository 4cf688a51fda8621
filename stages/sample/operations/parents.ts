// The training items that images are nearest to.
import * as z from 'zod';
import { GivenItem, MODEL } from '#core/model/messages/endpoint-api.ts';
import { PARENTS_FILE } from '#core/model/parents/parent-index.ts';
import { ParentsAnswer } from '#core/model/parents/parents-answer.ts';
import { JSON_ONLY } from '../representation/media-types.ts';
import { GIVEN_BODY_BYTES } from './given-images.ts';
import { ability, modelOperation } from './model-operation.ts';

const MOST_ITEMS = 16;

const ParentsRequest = z.strictObject({
  items: z.array(GivenItem).min(1).max(MOST_ITEMS).describe('Images, codes or seeds.'),
  k: z.int().min(1).max(100).default(5).describe('How many of the nearest training items to return for each.'),
  model: MODEL.optional(),
});
type ParentsRequest = z.infer<typeof ParentsRequest>;

export const parents = modelOperation({
  name: 'parents',
  summary: 'Returns the training items that images are nearest to, with how near held-out items come.',
  request: ParentsRequest,
  bodyBytes: GIVEN_BODY_BYTES,
  answer: ParentsAnswer,
  remedy: 'Train it again: the index of training items is written with the model.',
  kinds: {
    image: ability<'image', ParentsRequest, (typeof JSON_ONLY)[number]>({
      types: JSON_ONLY,
      cannot: ({ files }) => (PARENTS_FILE in files ? undefined : 'was stored without an index of its training items'),
      draw: ({ card, request: { items, k }, kind }) => kind.parents(card, items, k),
    }),
  },
});
