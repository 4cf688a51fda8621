// Steps between pairs of samples, or between two given images, clips or texts.
import * as z from 'zod';
import type { CardOf } from '#core/model/messages/card.ts';
import { ClipsAnswer, GivenItem, MODEL, SAMPLE_LIMIT, SampleAnswer, SEED } from '#core/model/messages/endpoint-api.ts';
import { defaultPrior } from '#core/model/messages/latent-facts.ts';
import { TextsAnswer } from '#core/model/text/texts-answer.ts';
import { isImage, isSound } from '../drawing/given-items.ts';
import { interpolateLatents } from '../drawing/interpolate-latents.ts';
import { cannotRead } from '../drawing/open-networks.ts';
import { anyClass, drawFrom, type LatentDistribution, type Latents } from '../drawing/prior.ts';
import { PICTURE_TYPES, SOUND_TYPES, TEXT_TYPES } from '../representation/media-types.ts';
import { ENCODER_REMEDY, GIVEN_BODY_BYTES, isSpherical, PATH } from './given-images.ts';
import { ability, modelOperation } from './model-operation.ts';

const DEFAULT_ROWS = 8;

/**
 * `rows` pairs, `steps` pictures each, ends included: spherical interpolation between latent draws. With `from` and `to`, one row:
 * linear interpolation between the codes and classes of two given images.
 */
export const InterpolateRequest = z
  .strictObject({
    steps: z.int().min(2).max(64).default(10).describe('Images in a row, both ends included.'),
    rows: z
      .int()
      .min(1)
      .max(64)
      .optional()
      .describe(`Number of pairs; by default ${DEFAULT_ROWS}, or 1 between given images.`),
    seed: SEED.optional(),
    model: MODEL.optional(),
    from: GivenItem.optional().describe('First end of the row; with `to`.'),
    to: GivenItem.optional().describe('Last end of the row; with `from`.'),
    path: PATH,
  })
  .refine(({ from, to }) => (from === undefined) === (to === undefined), 'from and to must be given together')
  .transform(({ rows, ...request }) => ({ ...request, rows: rows ?? (request.from ? 1 : DEFAULT_ROWS) }))
  .refine(({ from, rows }) => !from || rows === 1, 'between two given images there is one row')
  .refine(({ steps, rows }) => steps * rows <= SAMPLE_LIMIT, `steps x rows must be at most ${SAMPLE_LIMIT}`);
type InterpolateRequest = z.infer<typeof InterpolateRequest>;

export const interpolate = modelOperation({
  name: 'interpolate',
  summary:
    'Interpolates in the latent space between pairs of samples, one pair per row, or between two given images, clips or texts.',
  request: InterpolateRequest,
  bodyBytes: GIVEN_BODY_BYTES,
  answer: z.union([SampleAnswer, ClipsAnswer, TextsAnswer]),
  remedy: ENCODER_REMEDY,
  kinds: {
    image: ability<'image', InterpolateRequest, (typeof PICTURE_TYPES)[number]>({
      types: PICTURE_TYPES,
      code: 'encoder.unavailable',
      cannot: (card, { from, to }) => ([from, to].some((item) => item && isImage(item)) ? cannotRead(card) : undefined),
      draw({ card, request, mediaType, kind, drawSeed }) {
        const { from, to, steps, rows, path } = request;
        if (from && to) {
          const weights = Array.from({ length: steps }, (_, step) => [steps - 1 - step, step]);
          return kind.drawGiven(
            card,
            { items: [from, to], rows: weights, isSpherical: isSpherical(card, path) },
            mediaType,
          );
        }
        const seed = request.seed ?? drawSeed();
        const isFar = hasCodesFarFromNormal(card);
        const walk = isFar ? latentsBetweenDraws : latentsBetween;
        const latents = (distribution: LatentDistribution) => walk(distribution, { seed, rows, steps });
        const prior = isFar ? undefined : 'base';
        return kind.draw(
          card,
          { seed, count: rows * steps, columns: steps, prior, latents, withholds: false },
          mediaType,
        );
      },
    }),
    audio: ability<'audio', InterpolateRequest, (typeof SOUND_TYPES)[number]>({
      types: SOUND_TYPES,
      code: 'encoder.unavailable',
      cannot: (card, { from, to }) => ([from, to].some((item) => item && isSound(item)) ? cannotRead(card) : undefined),
      draw({ card, request: { rows, steps, seed: given, from, to, path }, mediaType, kind, drawSeed }) {
        if (from && to) {
          const weights = Array.from({ length: steps }, (_, step) => [steps - 1 - step, step]);
          const plan = { items: [from, to], rows: weights, isSpherical: isSpherical(card, path) };
          return kind.drawGiven(card, plan, mediaType);
        }
        const seed = given ?? drawSeed();
        const latents = (distribution: LatentDistribution) => latentsBetweenDraws(distribution, { seed, rows, steps });
        return kind.draw(card, { seed, count: rows * steps, latents }, mediaType);
      },
    }),
    text: ability<'text', InterpolateRequest, (typeof TEXT_TYPES)[number]>({
      types: TEXT_TYPES,
      cannot: ({ input }) => (input.source ? 'answers sources, and has no code of a text alone' : undefined),
      draw({ card, request, mediaType, kind, drawSeed }) {
        const { from, to, steps, rows, path } = request;
        if (!from || !to) return kind.walk(card, { seed: request.seed ?? drawSeed(), rows, steps }, mediaType);
        const weights = Array.from({ length: steps }, (_, step) => [steps - 1 - step, step]);
        const plan = { items: [from, to], rows: weights, isSpherical: isSpherical(card, path) };
        return kind.between(card, plan, mediaType);
      },
    }),
  },
});

/**
 * Codes of photos are not standard normal, nor are codes that were trained with a flow: if the mixture was chosen for such a model, the
 * flow is not a part of it.
 */
function hasCodesFarFromNormal({ train, latent }: CardOf<'image'>): boolean {
  const isPhoto = train.preset === 'photo' && train.model === 'vae';
  const hadFlow = latent?.priors?.some(({ prior }) => prior === 'flow') ?? false;
  return isPhoto || (hadFlow && defaultPrior(latent) === 'mixture');
}

type Walks = { readonly seed: number; readonly rows: number; readonly steps: number };

/** The class of a conditional model stays the same along an interpolation. */
function latentsBetween(distribution: LatentDistribution, { seed, rows, steps }: Walks): Latents {
  const labelOf = (row: number) =>
    distribution.classes === 0 ? -1 : anyClass(seed, `interpolate/${row}`, distribution);
  const labels = Int32Array.from({ length: rows * steps }, (_, i) => labelOf(Math.floor(i / steps)));
  return { z: interpolateLatents({ seed, rows, steps, latentDim: distribution.latentDim }), labels };
}

/**
 * Interpolates linearly from draw to draw, and from class to class for a conditional model, because codes of clips and photos form clusters.
 */
function latentsBetweenDraws(distribution: LatentDistribution, { seed, rows, steps }: Walks): Latents {
  const { latentDim, classes } = distribution;
  const ends = drawFrom(distribution, { seed, n: 2 * rows, temperature: 1 });
  const z = new Float32Array(rows * steps * latentDim);
  const classWeights = new Float32Array(rows * steps * classes);
  for (let at = 0; at < rows * steps; at++) {
    const [row, share] = [Math.floor(at / steps), (at % steps) / (steps - 1)];
    for (const [end, weight] of [
      [2 * row, 1 - share],
      [2 * row + 1, share],
    ] as const) {
      for (let d = 0; d < latentDim; d++)
        z[at * latentDim + d] = (z[at * latentDim + d] as number) + weight * (ends.z[end * latentDim + d] as number);
      const label = ends.labels[end] as number;
      const place = at * classes + label;
      if (classes > 0 && label >= 0) classWeights[place] = (classWeights[place] as number) + weight;
    }
  }
  const labels = new Int32Array(rows * steps).fill(-1);
  return classes > 0 ? { z, labels, classWeights } : { z, labels };
}
