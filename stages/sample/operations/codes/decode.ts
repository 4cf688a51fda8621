// Codes to images.
import * as z from 'zod';
import { GivenItem, MODEL, SAMPLE_LIMIT, SampleAnswer } from '#core/model/messages/endpoint-api.ts';
import { isImage } from '../../drawing/given-items.ts';
import { cannotRead } from '../../drawing/open-networks.ts';
import { PICTURE_TYPES, type PictureType } from '../../representation/media-types.ts';
import { ENCODER_REMEDY, GIVEN_BODY_BYTES } from '../given-images.ts';
import { ability, modelOperation } from '../model-operation.ts';

const DecodeRequest = z.strictObject({
  items: z.array(GivenItem).min(1).max(SAMPLE_LIMIT).describe('The codes.'),
  model: MODEL.optional(),
});
type DecodeRequest = z.infer<typeof DecodeRequest>;

export const decode = modelOperation({
  name: 'decode',
  summary: 'Returns the images of codes.',
  request: DecodeRequest,
  bodyBytes: GIVEN_BODY_BYTES,
  answer: SampleAnswer,
  remedy: ENCODER_REMEDY,
  kinds: {
    image: ability<'image', DecodeRequest, PictureType>({
      types: PICTURE_TYPES,
      code: 'encoder.unavailable',
      cannot: (card, { items }) => (items.some(isImage) ? cannotRead(card) : undefined),
      draw: ({ card, request: { items }, mediaType, kind }) => kind.decode(card, items, mediaType),
    }),
  },
});
