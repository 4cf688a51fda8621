// Images to codes.
import * as z from 'zod';
import { EncodeAnswer, GivenItem, MODEL } from '#core/model/messages/endpoint-api.ts';
import { isImage } from '../../drawing/given-items.ts';
import { cannotRead } from '../../drawing/open-networks.ts';
import { CODE_TYPES, type CodeType } from '../../representation/media-types.ts';
import { ENCODER_REMEDY, GIVEN_BODY_BYTES } from '../given-images.ts';
import { ability, modelOperation } from '../model-operation.ts';

const MOST_ITEMS = 64;

const EncodeRequest = z.strictObject({
  items: z.array(GivenItem).min(1).max(MOST_ITEMS).describe('The images.'),
  model: MODEL.optional(),
});
type EncodeRequest = z.infer<typeof EncodeRequest>;

export const encode = modelOperation({
  name: 'encode',
  summary: 'Returns the codes of given images: what the model remembers of each, and how unlike held-out images it is.',
  request: EncodeRequest,
  bodyBytes: GIVEN_BODY_BYTES,
  answer: EncodeAnswer,
  remedy: ENCODER_REMEDY,
  kinds: {
    image: ability<'image', EncodeRequest, CodeType>({
      types: CODE_TYPES,
      code: 'encoder.unavailable',
      cannot: (card, { items }) => (items.some(isImage) ? cannotRead(card) : undefined),
      draw: ({ card, request: { items }, mediaType, kind }) => kind.encode(card, items, mediaType),
    }),
  },
});
