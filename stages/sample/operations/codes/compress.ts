// Images to a small file.
import * as z from 'zod';
import { CompressionAnswer, GivenItem, MODEL } from '#core/model/messages/endpoint-api.ts';
import { MOST_IMAGES } from '../../codec/container.ts';
import { cannotRead } from '../../drawing/open-networks.ts';
import { CONTAINER_TYPES, type ContainerType } from '../../representation/media-types.ts';
import { ENCODER_REMEDY, GIVEN_BODY_BYTES } from '../given-images.ts';
import { ability, modelOperation } from '../model-operation.ts';

const CompressRequest = z.strictObject({
  items: z.array(GivenItem).min(1).max(MOST_IMAGES).describe('The images.'),
  maxError: z
    .int()
    .min(0)
    .max(255)
    .optional()
    .describe('No value of a pixel is off by more; 0: lossless. By default what the model makes of the image.'),
  step: z
    .number()
    .min(0.01)
    .max(2)
    .multipleOf(0.001)
    .default(0.25)
    .describe('Coarseness of the codes in deviations of the prior; with `maxError` the best one is found.'),
  model: MODEL.optional(),
});
type CompressRequest = z.infer<typeof CompressRequest>;

export const compress = modelOperation({
  name: 'compress',
  summary:
    'Compresses images by the model to a small file, or by WebP where that is smaller at an SSIM as high; the answer says which.',
  request: CompressRequest,
  bodyBytes: GIVEN_BODY_BYTES,
  answer: CompressionAnswer,
  remedy: ENCODER_REMEDY,
  kinds: {
    image: ability<'image', CompressRequest, ContainerType>({
      types: CONTAINER_TYPES,
      code: 'encoder.unavailable',
      cannot: cannotRead,
      draw: ({ card, request: { items, step, maxError = null }, mediaType, kind }) =>
        kind.compress(card, { items, step, maxError }, mediaType),
    }),
  },
});
