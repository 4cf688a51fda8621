// Generates one item between given ones.
import * as z from 'zod';
import { ClipsAnswer, GivenItem, MODEL, SampleAnswer } from '#core/model/messages/endpoint-api.ts';
import { TextsAnswer } from '#core/model/text/texts-answer.ts';
import { isImage, isSound } from '../drawing/given-items.ts';
import { cannotRead } from '../drawing/open-networks.ts';
import { PICTURE_TYPES, SOUND_TYPES, TEXT_TYPES } from '../representation/media-types.ts';
import { ENCODER_REMEDY, GIVEN_BODY_BYTES, isSpherical, PATH } from './given-images.ts';
import { ability, modelOperation } from './model-operation.ts';

const MOST_MIXED = 8;
const MOST_WEIGHT = 1000;

/** The request for one image from the weighted mean of the codes and classes of given images. */
export const MixRequest = z
  .strictObject({
    items: z
      .array(
        GivenItem.extend({
          weight: z.number().min(0).max(MOST_WEIGHT).default(1).describe('Relative to those of the other items.'),
        }),
      )
      .min(1)
      .max(MOST_MIXED)
      .describe('The items to mix; one alone comes out as the model sees it, or as an item of another class by `as`.'),
    path: PATH,
    model: MODEL.optional(),
  })
  .refine(({ items }) => items.some(({ weight }) => weight > 0), 'one weight must be above 0');
type MixRequest = z.infer<typeof MixRequest>;

export const mix = modelOperation({
  name: 'mix',
  summary:
    'Draws one image, clip or text between given items (images, clips, codes, seeds; texts): the weighted mean of their codes and classes.',
  request: MixRequest,
  bodyBytes: GIVEN_BODY_BYTES,
  answer: z.union([SampleAnswer, ClipsAnswer, TextsAnswer]),
  remedy: ENCODER_REMEDY,
  kinds: {
    image: ability<'image', MixRequest, (typeof PICTURE_TYPES)[number]>({
      types: PICTURE_TYPES,
      code: 'encoder.unavailable',
      cannot: (card, { items }) => (items.some(isImage) ? cannotRead(card) : undefined),
      draw: ({ card, request: { items, path }, mediaType, kind }) =>
        kind.drawGiven(
          card,
          { items, rows: [items.map(({ weight }) => weight)], isSpherical: isSpherical(card, path) },
          mediaType,
        ),
    }),
    audio: ability<'audio', MixRequest, (typeof SOUND_TYPES)[number]>({
      types: SOUND_TYPES,
      code: 'encoder.unavailable',
      cannot: (card, { items }) => (items.some(isSound) ? cannotRead(card) : undefined),
      draw: ({ card, request: { items, path }, mediaType, kind }) => {
        const rows = [items.map(({ weight }) => weight)];
        return kind.drawGiven(card, { items, rows, isSpherical: isSpherical(card, path) }, mediaType);
      },
    }),
    text: ability<'text', MixRequest, (typeof TEXT_TYPES)[number]>({
      types: TEXT_TYPES,
      cannot: ({ input }) => (input.source ? 'answers sources, and has no code of a text alone' : undefined),
      draw: ({ card, request: { items, path }, mediaType, kind }) => {
        const rows = [items.map(({ weight }) => weight)];
        return kind.between(card, { items, rows, isSpherical: isSpherical(card, path) }, mediaType);
      },
    }),
  },
});
