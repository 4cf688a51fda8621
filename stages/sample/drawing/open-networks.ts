// The networks of models of images and of clips, opened at the first need and held for later calls.
import { LIKENESS_FILE, NEAR_FILE } from '#core/model/latent/near-maps.ts';
import type { LatentMixture } from '#core/model/latent-mixture.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import { defaultPrior } from '#core/model/messages/latent-facts.ts';
import { type Result, refused } from '../problem.ts';
import type { Images } from '../representation/pictures.ts';
import type { Decoder, OpenDecoder } from './decoder.ts';
import type { Encoder, OpenEncoder } from './encoder.ts';
import type { Likeness, OpenLikeness } from './likeness.ts';
import { type CacheSpace, type Loaded, lruCache } from './lru-cache.ts';
import { ENCODER_FILE, type Models } from './model-cache.ts';
import type { Latents } from './prior.ts';

/** Models of images, and of the log-mel pictures of clips. */
export type PictureCard = CardOf<'image' | 'audio'>;
type Deps = {
  readonly models: Models;
  readonly space: CacheSpace;
  readonly openDecoder: OpenDecoder;
  readonly openEncoder: OpenEncoder;
  readonly openLikeness: OpenLikeness;
};

/** The networks of one model, for one call. */
export type Networks = {
  readonly card: PictureCard;
  readonly encode: Encoder['encode'];
  readonly densities: Encoder['densities'];
  readonly decoder: Pick<Decoder, 'decode' | 'values'>;
  /** The mixture of the codes; undefined: the prior of the decoder is used. */
  readonly mixture: LatentMixture | undefined;
};

export type OpenNetworks = {
  decode(card: PictureCard, latents: Latents): Promise<Images>;
  /**
   * `reads`: whether `work` encodes images. Refuses a model whose encoder is missing or lacks what its decoder needs. Throws
   * CorruptObjectError if a stored model is damaged.
   */
  use<T>(card: PictureCard, reads: boolean, work: (networks: Networks) => Promise<Result<T>>): Promise<Result<T>>;
  /** Calls `work` with the networks of likeness; undefined: the model has none. Throws CorruptObjectError if one is damaged. */
  withLikeness<T>(card: PictureCard, work: (likeness: Likeness) => Promise<T>): Promise<T | undefined>;
};

export function networksIn({ models, space, openDecoder, openEncoder, openLikeness }: Deps): OpenNetworks {
  const decoders = lruCache<Decoder>(space, (decoder) => decoder.close());
  const encoders = lruCache<Encoder>(space, (encoder) => encoder.close());
  const likenesses = lruCache<Likeness>(space, (likeness) => likeness.close());

  function withDecoder<T>(card: PictureCard, work: (decoder: Decoder) => Promise<T>): Promise<T> {
    const key = `${card.dataset}/${card.modelId}`;
    return decoders.use(key, () => opened(models.decoderOf(card), (bytes) => openDecoder(bytes, card)), work);
  }

  return {
    decode: (card, latents) => withDecoder(card, (decoder) => decoder.decode(latents)),
    async use(card, reads, work) {
      const isFlow = defaultPrior(card.latent) === 'flow';
      const mixture = isFlow ? undefined : await models.mixtureOf(card);
      const unread = () => Promise.reject(new Error('this call was said not to encode images'));
      if (!reads)
        return withDecoder(card, (decoder) => work({ card, encode: unread, densities: unread, decoder, mixture }));
      const reason = cannotRead(card);
      if (reason !== undefined) return refused('encoder.unavailable', `The model ${card.modelId} ${reason}.`);
      return encoders.use(
        `${card.dataset}/${card.modelId}`,
        () => opened(models.encoderOf(card), (bytes) => openEncoder(bytes, card)),
        async (encoder) => {
          const { encode, densities } = encoder;
          if (encoder.isComplete)
            return withDecoder(card, (decoder) => work({ card, encode, densities, decoder, mixture }));
          return refused(
            'encoder.unavailable',
            `The encoder of the model ${card.modelId} was exported without its flow. Train it again with this version.`,
          );
        },
      );
    },
    async withLikeness(card, work) {
      if (!(LIKENESS_FILE in card.files && NEAR_FILE in card.files)) return undefined;
      const load = async () => {
        const [near, likeness] = await Promise.all([
          models.fileOf(card, NEAR_FILE),
          models.fileOf(card, LIKENESS_FILE),
        ]);
        return { value: await openLikeness({ near, likeness }, card), bytes: near.length + likeness.length };
      };
      return likenesses.use(`${card.dataset}/${card.modelId}`, load, work);
    },
  };
}

/** Returns why images or clips cannot be turned into latent vectors that the decoder takes; undefined if they can. */
export function cannotRead({ family, files }: PictureCard): string | undefined {
  return family !== 'gan' && ENCODER_FILE in files ? undefined : 'has no encoder';
}

async function opened<T>(file: Promise<Uint8Array>, open: (bytes: Uint8Array) => Promise<T>): Promise<Loaded<T>> {
  const bytes = await file;
  return { value: await open(bytes), bytes: bytes.length };
}
