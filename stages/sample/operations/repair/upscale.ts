// A given image that is smaller than those of the model, in their size.
import * as z from 'zod';
import { GivenItem, MODEL, SampleAnswer } from '#core/model/messages/endpoint-api.ts';
import { cannotRead } from '../../drawing/open-networks.ts';
import { PICTURE_TYPES } from '../../representation/media-types.ts';
import { ENCODER_REMEDY, GIVEN_BODY_BYTES } from '../given-images.ts';
import { ability, modelOperation } from '../model-operation.ts';
import { REPAIR_MEMBERS } from './repair-operation.ts';

const Request = z.strictObject({
  item: GivenItem.pick({ image: true, label: true })
    .required({ image: true })
    .describe('The small image: its middle in the shape of the images of the model is used.'),
  method: REPAIR_MEMBERS.method,
  model: MODEL.optional(),
});
type Request = z.infer<typeof Request>;

export const upscale = modelOperation<Request>({
  name: 'upscale',
  summary:
    "Enlarges an image that is smaller than the model's images to their size; reduced again, the result equals the given image.",
  request: Request,
  bodyBytes: GIVEN_BODY_BYTES,
  answer: SampleAnswer,
  remedy: ENCODER_REMEDY,
  kinds: {
    image: ability<'image', Request, (typeof PICTURE_TYPES)[number]>({
      types: PICTURE_TYPES,
      code: 'encoder.unavailable',
      cannot: cannotRead,
      draw: ({ card, request: { item, method }, mediaType, kind }) => kind.upscale(card, { item, method }, mediaType),
    }),
  },
});
