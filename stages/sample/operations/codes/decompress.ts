// A small file to images.
import * as z from 'zod';
import { SampleAnswer } from '#core/model/messages/endpoint-api.ts';
import { type Container, readContainer } from '../../codec/container.ts';
import { refused } from '../../problem.ts';
import { PICTURE_TYPES, type PictureType } from '../../representation/media-types.ts';
import { GIVEN_BODY_BYTES } from '../given-images.ts';
import { ability, modelOperation } from '../model-operation.ts';

/** The model follows from the container. */
const DecompressRequest = z
  .strictObject({
    container: z
      .base64()
      .max(GIVEN_BODY_BYTES)
      .describe('A file that `compress` returned, in base64. It names its model.'),
  })
  .transform(({ container: text }) => {
    const container = readContainer(Buffer.from(text, 'base64'));
    return { container, model: container?.modelId };
  });
type DecompressRequest = { readonly container: Container | undefined; readonly model?: string | undefined };

export const decompress = modelOperation<DecompressRequest>({
  name: 'decompress',
  summary: 'Returns the images of a file that `compress` made, by the model that it names.',
  request: DecompressRequest,
  bodyBytes: GIVEN_BODY_BYTES,
  answer: SampleAnswer,
  remedy: 'Use the dataset whose model compressed the file.',
  kinds: {
    image: ability<'image', DecompressRequest, PictureType>({
      types: PICTURE_TYPES,
      draw: async ({ card, request: { container }, mediaType, kind }) =>
        container
          ? kind.decompress(card, container, mediaType)
          : refused('container.invalid', 'The file was not made by compress, or it is damaged.'),
    }),
  },
});
