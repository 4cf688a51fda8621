// Draws images with a stored model: from a prior, or between given images.
import type { CardOf } from '#core/model/messages/card.ts';
import type { EndpointAnswer, GivenItem } from '#core/model/messages/endpoint-api.ts';
import { defaultPrior, type Prior } from '#core/model/messages/latent-facts.ts';
import type { Result } from '../problem.ts';
import { pictureAnswer, tooLargeBeforehand } from '../representation/answer.ts';
import type { PictureType } from '../representation/media-types.ts';
import type { Images } from '../representation/pictures.ts';
import type { Decoder, OpenDecoder } from './decoder.ts';
import type { Encoder, OpenEncoder } from './encoder.ts';
import { codesOf, meansOf } from './given-items.ts';
import { lruCache } from './lru-cache.ts';
import { ENCODER_FILE, type Models } from './model-cache.ts';
import { conditioningClasses, type LatentDistribution, type Latents, latentDistribution } from './prior.ts';

const DECODERS = 4;
const ENCODERS = 2;

type ImageCard = CardOf<'image'>;
type Deps = { readonly models: Models; readonly openDecoder: OpenDecoder; readonly openEncoder: OpenEncoder };

/** What to draw between given images. */
type GivenPlan = {
  readonly items: readonly GivenItem[];
  /** One row an image drawn, one weight an image given. */
  readonly rows: readonly (readonly number[])[];
};

/** What to draw, for any operation without given images. */
type Plan = {
  readonly seed: number;
  readonly count: number;
  readonly columns: number;
  readonly prior?: Prior | 'base' | undefined;
  readonly label?: string | undefined;
  readonly latents: (law: LatentDistribution) => Latents;
};

/** Throws CorruptObjectError if a stored model is damaged. */
export function imagesIn({ models, openDecoder, openEncoder }: Deps) {
  const decoders = lruCache<Decoder>(DECODERS, (decoder) => decoder.close());
  const encoders = lruCache<Encoder>(ENCODERS, (encoder) => encoder.close());

  const decode = (card: ImageCard, latents: Latents): Promise<Images> =>
    decoders.use(
      `${card.dataset}/${card.modelId}`,
      async () => openDecoder(await models.decoderOf(card), card),
      (decoder) => decoder.decode(latents),
    );

  async function draw(card: ImageCard, plan: Plan, mediaType: PictureType): Promise<Result<EndpointAnswer>> {
    const { modelId, input: image, family } = card;
    const refusal = tooLargeBeforehand(mediaType, plan.count * image.width * image.height * image.channels);
    if (refusal) return refusal;
    const law = latentDistribution(card, await models.mixtureOf(card), plan);
    if (!law.ok) return law;
    const pictures = await decode(card, plan.latents(law.value));
    const { seed, columns, label = null } = plan;
    const output = family === 'vae' ? 'mean' : 'generated';
    return pictureAnswer(mediaType, { modelId, seed, prior: law.value.prior, output, label, pictures, columns });
  }

  async function drawGiven(
    card: ImageCard,
    { items, rows }: GivenPlan,
    mediaType: PictureType,
  ): Promise<Result<EndpointAnswer>> {
    const { modelId, input: image } = card;
    const refusal = tooLargeBeforehand(mediaType, rows.length * image.width * image.height * image.channels);
    if (refusal) return refusal;
    const mixture = await models.mixtureOf(card);
    const codes = await encoders.use(
      `${card.dataset}/${modelId}`,
      async () => openEncoder(await models.encoderOf(card), card),
      (encoder) => codesOf(items, { card, mixture, encoder }),
    );
    if (!codes.ok) return codes;
    const pictures = await decode(card, meansOf(codes.value, rows, conditioningClasses(card)));
    // Nothing is random.
    const drawn = { modelId, seed: 0, prior: 'encoded', output: 'mean', label: null } as const;
    return pictureAnswer(mediaType, { ...drawn, pictures, columns: rows.length });
  }

  return { draw, drawGiven };
}

/** Returns why images cannot be turned into latent vectors that the decoder takes; undefined if they can. */
export function cannotRead({ family, files, latent }: ImageCard): string | undefined {
  if (family !== 'vae' || !(ENCODER_FILE in files)) return 'has no encoder';
  return defaultPrior(latent) === 'flow' ? 'draws through a flow' : undefined;
}
