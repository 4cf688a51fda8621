// The request fields that operations for repairing images share.
import * as z from 'zod';
import type { CardOf } from '#core/model/messages/card.ts';
import {
  ClipsAnswer,
  GivenItem,
  MODEL,
  type Output,
  type Problem,
  SampleAnswer,
} from '#core/model/messages/endpoint-api.ts';
import { TextsAnswer } from '#core/model/text/texts-answer.ts';
import type { Gap } from '../../audio/given-sound.ts';
import type { RepairedClip, RepairOfClip } from '../../audio/repair-clips.ts';
import { cannotRead, type Networks } from '../../drawing/open-networks.ts';
import type { KindOf } from '../../kinds.ts';
import { refused } from '../../problem.ts';
import type { Hole } from '../../repair/heal.ts';
import type { Given, Method, Repaired } from '../../repair/repairs.ts';
import { PICTURE_TYPES, SOUND_TYPES, TEXT_TYPES, type TextType } from '../../representation/media-types.ts';
import { ENCODER_REMEDY, GIVEN_BODY_BYTES } from '../given-images.ts';
import { ability, modelOperation } from '../model-operation.ts';
import type { Answer, Operation } from '../operation.ts';

/** Maximum base64 characters: a PNG of 256 x 256 pixels. */
const MASK_CHARACTERS = 2 ** 18;

/** The member `method`, with what it is by default. */
export function methodBy(byDefault: Method) {
  return z
    .enum(['model', 'simple', 'better'])
    .default(byDefault)
    .describe(
      'What the answer holds: what the model makes, what the way without a model makes, or the better of the two.',
    );
}

export const REPAIR_MEMBERS = {
  item: GivenItem.describe('The image, clip or text.'),
  method: methodBy('model'),
  model: MODEL.optional(),
};

export const MASK = z
  .base64()
  .max(MASK_CHARACTERS)
  .describe('A PNG file in base64, of the size of the model card. White: the places in question.');

type RepairRequest = { readonly item: GivenItem; readonly method: Method; readonly model?: string | undefined };

type RepairOfText = {
  readonly card: CardOf<'text'>;
  readonly mediaType: TextType;
  readonly kind: KindOf<'text'>;
  readonly drawSeed: () => number;
};

type Definition<Request extends RepairRequest> = {
  readonly name: string;
  readonly summary: string;
  readonly request: z.ZodType<Request>;
  readonly output: Output;
  /** Further images, and the mask. */
  readonly more?: (request: Request) => { readonly items?: readonly GivenItem[]; readonly mask?: string };
  /** Returns what is wrong with a request to a model of that kind of data; undefined: nothing. */
  readonly faults?: (request: Request, kind: 'image' | 'audio' | 'text') => Problem['errors'] | undefined;
  /** Seconds of a clip that are not known. */
  readonly gap?: (request: Request) => Gap | undefined;
  /** Absent where clips cannot be repaired so. */
  readonly repairClip?: (given: RepairOfClip, request: Request) => Promise<RepairedClip>;
  /** Absent where texts cannot be repaired so. */
  readonly repairText?: (asked: RepairOfText, request: Request) => Answer;
  readonly repair: (
    asked: { readonly networks: Networks; readonly given: readonly [Given, ...Given[]]; readonly hole: Hole },
    request: Request,
  ) => Promise<Repaired>;
};

export function repairOperation<Request extends RepairRequest>(definition: Definition<Request>): Operation {
  const { name, summary, request, output, more, faults, gap, repair, repairClip, repairText } = definition;
  const refusalOf = (asked: Request, kind: 'image' | 'audio' | 'text') => {
    const errors = faults?.(asked, kind);
    return errors && refused('request.invalid', 'The members listed under errors are invalid.', { errors });
  };
  return modelOperation<Request>({
    name,
    summary,
    request,
    bodyBytes: GIVEN_BODY_BYTES,
    answer: z.union([SampleAnswer, ...(repairClip ? [ClipsAnswer] : []), ...(repairText ? [TextsAnswer] : [])]),
    remedy: ENCODER_REMEDY,
    kinds: {
      image: ability<'image', Request, (typeof PICTURE_TYPES)[number]>({
        types: PICTURE_TYPES,
        code: 'encoder.unavailable',
        cannot: cannotRead,
        async draw({ card, request: asked, mediaType, kind }) {
          const refusal = refusalOf(asked, 'image');
          if (refusal) return refusal;
          const { items = [], mask } = more?.(asked) ?? {};
          return kind.repair(card, { items: [asked.item, ...items], mask, output }, mediaType, (work) =>
            repair(work, asked),
          );
        },
      }),
      ...(repairClip && {
        audio: ability<'audio', Request, (typeof SOUND_TYPES)[number]>({
          types: SOUND_TYPES,
          code: 'encoder.unavailable',
          cannot: cannotRead,
          async draw({ card, request: asked, mediaType, kind }) {
            const refusal = refusalOf(asked, 'audio');
            if (refusal) return refusal;
            const work = (given: RepairOfClip) => repairClip(given, asked);
            const { item, method } = asked;
            return kind.repair(card, { item, method, gap: gap?.(asked), output, work }, mediaType);
          },
        }),
      }),
      ...(repairText && {
        text: ability<'text', Request, TextType>({
          types: TEXT_TYPES,
          cannot: ({ input }, { method }) => {
            if (input.source) return 'answers sources, and has no code of a text alone';
            return method === 'model' ? undefined : 'is of texts, for which there is no way without a model';
          },
          async draw({ card, request: asked, mediaType, kind, drawSeed }) {
            return refusalOf(asked, 'text') ?? repairText({ card, mediaType, kind, drawSeed }, asked);
          },
        }),
      }),
    },
  });
}
