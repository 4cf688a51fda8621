// Draws new samples: images, clips or texts from a prior, or rows of a table.
import * as z from 'zod';
import { count } from '#core/base/format.ts';
import {
  ClipsAnswer,
  LABEL,
  MODEL,
  ROWS_LIMIT,
  RowsAnswer,
  SAMPLE_LIMIT,
  SampleAnswer,
  SEED,
  TEXTS_LIMIT,
} from '#core/model/messages/endpoint-api.ts';
import { Prior } from '#core/model/messages/latent-facts.ts';
import { TextsAnswer } from '#core/model/text/texts-answer.ts';
import { usualTemperature } from '#core/model/text/usual-temperature.ts';
import { drawFrom, type LatentDistribution } from '../drawing/prior.ts';
import { type Result, refused } from '../problem.ts';
import { PICTURE_TYPES, SOUND_TYPES, TABLE_TYPES, TEXT_TYPES } from '../representation/media-types.ts';
import { ability, modelOperation } from './model-operation.ts';

const LENGTH = z.int().min(1).max(10_000).optional();
/** A thousand sources. */
const SOURCES_BYTES = 256 * 1024;
/** Where a request does not say how many. */
const ITEMS = 16;
const TEXT_SETTINGS = ['topP', 'prefix', 'minLength', 'maxLength', 'characters', 'sources', 'beam', 'bestOf'] as const;
const ONLY_PAIRS = 'Only pairs have it.';
const ONLY_TEXTS = 'Only texts have it.';

const SampleRequest = z.strictObject({
  n: z
    .int()
    .min(1)
    .max(ROWS_LIMIT)
    .optional()
    .describe(
      `Number of items, by default ${ITEMS}; of models of pairs the answers of each source, by default 1: images and clips up to ${count(SAMPLE_LIMIT)}, texts up to ${count(TEXTS_LIMIT)}, rows up to the maximum.`,
    ),
  seed: SEED.optional(),
  model: MODEL.optional(),
  first: z
    .int()
    .min(0)
    .max(2 ** 40)
    .optional()
    .describe('Items before the first one that is returned; those of a seed are always the same.'),
  where: z
    .string()
    .min(1)
    .max(4_000)
    .optional()
    .describe(
      "Of a table: conditions on the rows, such as `income = '>50K' and age >= 60`. Of pairs: the source to answer, as in `source = 'goldpan'`. Of tunes: the metre, or it and the key, as in `metre = 6/8 and key = D`.",
    ),
  sources: z
    .array(z.string().min(1).max(10_000))
    .min(1)
    .max(1_000)
    .optional()
    .describe('Of pairs: what is to be answered, in place of where.'),
  beam: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe('Of pairs: texts kept at each position of the search for the likeliest answers; by default 4.'),
  bestOf: z
    .int()
    .min(1)
    .max(64)
    .optional()
    .describe('Of pairs: so many texts are drawn for each source, and the likeliest of them are the answers.'),
  duration: z
    .number()
    .min(0.05)
    .max(10)
    .optional()
    .describe(
      'Of clips: seconds; they are cut, fading out, or followed by silence. By default that of the training clips.',
    ),
  prior: Prior.optional().describe('By default the one that the model card names: the one that won on held-out items.'),
  label: LABEL.optional().describe('A class of the dataset.'),
  temperature: z
    .number()
    .min(0)
    .max(2)
    .optional()
    .describe(
      `Below 1 is more typical, above 1 more varied: scales the draw of an image from the prior, and divides the logits of symbols of a text (0: always the likeliest symbol). By default 1, of tunes ${usualTemperature('abc')}.`,
    ),
  copies: z
    .enum(['withhold', 'keep'])
    .default('withhold')
    .describe('Whether images that are too near to a training item are left out; the answer counts them.'),
  // The truncation of Brock et al. 2019.
  truncation: z
    .number()
    .min(0.1)
    .max(10)
    .optional()
    .describe('Numbers of the standard normal draw that lie farther than this from 0 are drawn again.'),
  // Nucleus sampling (Holtzman et al. 2020).
  topP: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe('Of a text: only the likeliest symbols that together have this probability are drawn.'),
  prefix: z.string().min(1).max(1_000).optional().describe('What every text begins with.'),
  minLength: LENGTH.describe('Characters that a text has at least.'),
  maxLength: LENGTH.describe('Characters that a text has at most.'),
  characters: z.string().min(1).max(1_000).optional().describe('Of a text: the characters that may be drawn.'),
});
export type SampleRequest = z.infer<typeof SampleRequest>;

export const sample = modelOperation({
  name: 'sample',
  summary: 'Draws new samples: images, clips or texts, optionally of one class, or rows, optionally under conditions.',
  request: SampleRequest,
  bodyBytes: SOURCES_BYTES,
  answer: z.union([SampleAnswer, RowsAnswer, ClipsAnswer, TextsAnswer]),
  remedy: 'Deploy this version of goldpan again: the endpoint is older than the model.',
  kinds: {
    image: ability<'image', SampleRequest, (typeof PICTURE_TYPES)[number]>({
      types: PICTURE_TYPES,
      async draw({ card, request, mediaType, kind, drawSeed }) {
        const { n = ITEMS, seed = drawSeed(), first, temperature = 1, truncation, prior, label, copies } = request;
        const latents = (distribution: LatentDistribution) =>
          drawFrom(distribution, { seed, n, first, temperature, truncation });
        const plan = {
          seed,
          count: n,
          columns: Math.ceil(Math.sqrt(n)),
          prior,
          label,
          latents,
          withholds: copies === 'withhold',
        };
        return refuseOthers(request, ['where', 'duration', ...TEXT_SETTINGS]) ?? kind.draw(card, plan, mediaType);
      },
    }),
    audio: ability<'audio', SampleRequest, (typeof SOUND_TYPES)[number]>({
      types: SOUND_TYPES,
      async draw({ card, request, mediaType, kind, drawSeed }) {
        const {
          n = ITEMS,
          seed = drawSeed(),
          first = 0,
          temperature = 1,
          truncation,
          prior,
          label,
          duration,
        } = request;
        const latents = (distribution: LatentDistribution) =>
          drawFrom(distribution, { seed, n, first, temperature, truncation });
        const plan = { seed, count: n, first, prior, label, duration, latents };
        return refuseOthers(request, ['where', ...TEXT_SETTINGS]) ?? kind.draw(card, plan, mediaType);
      },
    }),
    table: ability<'table', SampleRequest, (typeof TABLE_TYPES)[number]>({
      types: TABLE_TYPES,
      draw: async ({ card, request, mediaType, kind, drawSeed }) =>
        refuseImageSettings(request) ??
        kind.draw(card, { ...request, n: request.n ?? ITEMS, seed: request.seed ?? drawSeed() }, mediaType),
    }),
    text: ability<'text', SampleRequest, (typeof TEXT_TYPES)[number]>({
      types: TEXT_TYPES,
      draw: async ({ card, request, mediaType, kind, drawSeed }) =>
        refuseOthers(request, ['duration'], TEXTS_LIMIT) ??
        kind.draw(card, { ...request, seed: request.seed ?? drawSeed() }, mediaType),
    }),
  },
});

const OF_OTHERS = {
  where: 'Only rows of a table, pairs and tunes have it.',
  sources: ONLY_PAIRS,
  beam: ONLY_PAIRS,
  bestOf: ONLY_PAIRS,
  duration: 'Only clips have it.',
  topP: ONLY_TEXTS,
  prefix: ONLY_TEXTS,
  minLength: ONLY_TEXTS,
  maxLength: ONLY_TEXTS,
  characters: ONLY_TEXTS,
} as const;

/** Refuses settings of other kinds of data, and more items than an answer holds. */
function refuseOthers(
  request: SampleRequest,
  settings: readonly (keyof typeof OF_OTHERS)[],
  most = SAMPLE_LIMIT,
): Result<never> | undefined {
  const errors = [
    ...((request.n ?? 0) > most ? [{ path: 'n', message: `Too big: expected number to be <=${most}` }] : []),
    ...settings.flatMap((path) => (request[path] === undefined ? [] : [{ path, message: OF_OTHERS[path] }])),
  ];
  if (errors.length === 0) return undefined;
  return refused('request.invalid', 'The members listed under errors are invalid.', { errors });
}

/** Refuses settings that rows do not have. */
function refuseImageSettings(request: SampleRequest): Result<never> | undefined {
  const names = (['label', 'truncation', 'prior', 'duration', ...TEXT_SETTINGS] as const).filter(
    (name) => request[name] !== undefined,
  );
  const given = [...names, ...((request.temperature ?? 1) === 1 ? [] : ['temperature'])];
  if (given.length === 0) return undefined;
  return refused('operation.unavailable', `Rows of a table have no ${given.join(', ')}. Use where for conditions.`);
}
