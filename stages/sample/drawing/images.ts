// Draws images with a stored model: from a prior, or between given images.
import type { CardOf } from '#core/model/messages/card.ts';
import type { EndpointAnswer, GivenItem, Output } from '#core/model/messages/endpoint-api.ts';
import { defaultPrior, type Prior } from '#core/model/messages/latent-facts.ts';
import { accepted, type Result, refused } from '../problem.ts';
import { toBytes, toValues } from '../repair/compare-ways.ts';
import type { Hole } from '../repair/heal.ts';
import type { Networks } from '../repair/networks.ts';
import type { Given, Repaired } from '../repair/repairs.ts';
import { pictureAnswer, tooLargeBeforehand } from '../representation/answer.ts';
import type { PictureType } from '../representation/media-types.ts';
import type { Images } from '../representation/pictures.ts';
import type { Decoder, OpenDecoder } from './decoder.ts';
import type { Encoder, OpenEncoder } from './encoder.ts';
import { codesOf, meansOf } from './given-items.ts';
import { maskOf } from './given-pixels.ts';
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

/** Images that are repaired, and where. */
type RepairPlan = {
  readonly items: readonly GivenItem[];
  /** A PNG in base64, white = in question. */
  readonly mask?: string | undefined;
  readonly output: Output;
};
type RepairGiven = {
  readonly networks: Networks;
  readonly given: readonly [Given, ...Given[]];
  /** Empty without a mask. */
  readonly hole: Hole;
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

  /** Refuses a model whose encoder lacks what its decoder needs. */
  function withNetworks<T>(card: ImageCard, work: (networks: Networks) => Promise<Result<T>>): Promise<Result<T>> {
    const key = `${card.dataset}/${card.modelId}`;
    const isFlow = defaultPrior(card.latent) === 'flow';
    return encoders.use(
      key,
      async () => openEncoder(await models.encoderOf(card), card),
      async (encoder) => {
        if (!encoder.isComplete)
          return refused(
            'encoder.unavailable',
            `The encoder of the model ${card.modelId} was exported without its flow. Train it again with this version.`,
          );
        const mixture = isFlow ? undefined : await models.mixtureOf(card);
        return decoders.use(
          key,
          async () => openDecoder(await models.decoderOf(card), card),
          (decoder) => work({ card, encoder, decoder, mixture }),
        );
      },
    );
  }

  function drawGiven(
    card: ImageCard,
    { items, rows }: GivenPlan,
    mediaType: PictureType,
  ): Promise<Result<EndpointAnswer>> {
    return withNetworks(card, async (networks) => {
      const { modelId, input: image } = card;
      const refusal = tooLargeBeforehand(mediaType, rows.length * image.width * image.height * image.channels);
      if (refusal) return refusal;
      const codes = await codesOf(items, networks);
      if (!codes.ok) return codes;
      const pictures = await networks.decoder.decode(meansOf(codes.value, rows, conditioningClasses(card)));
      // Nothing is random.
      const drawn = { modelId, seed: 0, prior: 'encoded', output: 'mean', label: null } as const;
      return pictureAnswer(mediaType, { ...drawn, pictures, columns: rows.length });
    });
  }

  /** Reads the given images, lets `work` repair the first, and answers with it. */
  function repair(
    card: ImageCard,
    { items, mask, output }: RepairPlan,
    mediaType: PictureType,
    work: (given: RepairGiven) => Promise<Repaired>,
  ): Promise<Result<EndpointAnswer>> {
    return withNetworks(card, async (networks) => {
      const hole = mask === undefined ? accepted(new Uint8Array()) : await maskOf(mask, card);
      if (!hole.ok) return hole;
      const read = await codesOf(items, networks);
      if (!read.ok) return read;
      const given = read.value.map(({ pixels, label }) => ({ image: toValues(pixels), label })) as [Given, ...Given[]];
      const { image, comparison } = await work({ networks, given, hole: hole.value });
      const { width, height, channels } = card.input;
      const pictures = { count: 1, width, height, channels, pixels: toBytes(image) };
      const drawn = { modelId: card.modelId, seed: 0, prior: 'encoded', output, label: null, comparison } as const;
      return pictureAnswer(mediaType, { ...drawn, pictures, columns: 1 });
    });
  }

  return { draw, drawGiven, repair };
}

/** Returns why images cannot be turned into latent vectors that the decoder takes; undefined if they can. */
export function cannotRead({ family, files }: ImageCard): string | undefined {
  return family === 'vae' && ENCODER_FILE in files ? undefined : 'has no encoder';
}
