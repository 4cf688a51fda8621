// Hybrids of two pictures without a model.
import * as z from 'zod';
import { SAMPLE_LIMIT, SampleAnswer } from '#core/model/messages/endpoint-api.ts';
import { FILE_CHARACTERS } from '#core/model/messages/large-messages.ts';
import { squareOf } from '../drawing/given-pixels.ts';
import { morph as morphImages } from '../morph/morph.ts';
import { refused } from '../problem.ts';
import { pictureAnswer } from '../representation/answer.ts';
import { negotiate, PICTURE_TYPES } from '../representation/media-types.ts';
import { readRequest } from '../request.ts';
import type { Operation } from './operation.ts';

const BODY_BYTES = 5.5 * 2 ** 20;
const MOST_SIDE = 512;
const MOST_STEPS = 16;

const MorphRequest = z.strictObject({
  items: z
    .array(
      z.strictObject({
        image: z
          .base64()
          .max(FILE_CHARACTERS)
          .describe('A PNG, JPEG or WebP file in base64; its middle square is used.'),
      }),
    )
    .length(2)
    .describe('The two pictures.'),
  size: z.int().min(16).max(MOST_SIDE).default(256).describe('Pixels a side.'),
  steps: z
    .int()
    .min(1)
    .max(MOST_STEPS)
    .default(1)
    .describe('1: one hybrid, by `share`; more: a row from one picture to the other, both included.'),
  share: z.number().min(0).max(1).default(0.5).describe('How much of the second picture the hybrid has.'),
});

export const morph: Operation = {
  name: 'morph',
  method: 'POST',
  path: '/v1/datasets/{dataset}/morph',
  summary:
    'Draws hybrids of two pictures without a model: both are moved towards each other until their edges agree, and blended. Works before any training.',
  types: PICTURE_TYPES,
  request: MorphRequest,
  answer: SampleAnswer,
  kinds: ['image'],
  async run({ accept, body }) {
    const request = readRequest(MorphRequest, body, BODY_BYTES);
    if (!request.ok) return request;
    const { items, size, steps, share } = request.value;
    const mediaType = negotiate(accept, PICTURE_TYPES);
    if (!mediaType) return refused('accept.not-supported', `Supported media types: ${PICTURE_TYPES.join(', ')}.`);
    const read = [];
    for (const [place, { image }] of items.entries()) {
      const picture = await squareOf(image, size, place);
      if (!picture.ok) return picture;
      read.push(picture.value);
    }
    const shares =
      steps === 1 ? [share] : Array.from({ length: Math.min(steps, SAMPLE_LIMIT) }, (_, i) => i / (steps - 1));
    const [first, second] = read;
    if (!first || !second) return refused('item.invalid', 'There must be two pictures.');
    const pictures = morphImages(first, second, shares);
    const drawn = { modelId: 'none', seed: 0, prior: 'none', output: 'morphed', label: null } as const;
    const given = read.map(({ pixels }) => pixels);
    return pictureAnswer(mediaType, { ...drawn, pictures, columns: shares.length, own: 'contents', given });
  },
};
