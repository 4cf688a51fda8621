// Draws clips with a stored model: pictures from its decoder, samples from the pictures.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { MelCodec } from '#core/kinds/audio/codec/mel-codec.ts';
import { melToClips } from '#core/kinds/audio/codec/mel-to-clips.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import type { EndpointAnswer } from '#core/model/messages/endpoint-api.ts';
import type { Prior } from '#core/model/messages/latent-facts.ts';
import type { Decoder, OpenDecoder } from '../drawing/decoder.ts';
import { type CacheSpace, type Loaded, lruCache } from '../drawing/lru-cache.ts';
import type { Models } from '../drawing/model-cache.ts';
import { type LatentDistribution, type Latents, latentDistribution } from '../drawing/prior.ts';
import { checkDeadline } from '../large/deadline.ts';
import type { Result } from '../problem.ts';
import type { SoundType } from '../representation/media-types.ts';
import { imageAt } from '../representation/pictures.ts';
import { clipsAnswer, tooManyClips } from './answer-clips.ts';
import { ofDuration } from './of-duration.ts';

const CODEC_FILE = 'codec.json';

type ClipCard = CardOf<'audio'>;
type Deps = { readonly models: Models; readonly space: CacheSpace; readonly openDecoder: OpenDecoder };
type Opened = { readonly decoder: Decoder; readonly codec: MelCodec };

/** The plan of what to generate. */
type Plan = {
  readonly seed: number;
  readonly count: number;
  /** Clips of the seed before the first one. */
  readonly first?: number;
  readonly prior?: Prior | 'base' | undefined;
  readonly label?: string | undefined;
  /** Seconds of a clip; absent = as the training clips. */
  readonly duration?: number | undefined;
  readonly latents: (law: LatentDistribution) => Latents;
};

/** Throws CorruptObjectError if a stored model is damaged. */
export function clipsIn({ models, space, openDecoder }: Deps) {
  const opened = lruCache<Opened>(space, ({ decoder }) => decoder.close());

  async function open(card: ClipCard): Promise<Loaded<Opened>> {
    const codec = MelCodec.safeParse(parse(await models.fileOf(card, CODEC_FILE))).data;
    if (codec?.frames !== card.input.width || codec.bands !== card.input.height)
      throw new GoldpanError(
        FAILURE.corruptObject,
        `The model ${card.modelId} of ${card.dataset} has a ${CODEC_FILE} that does not fit its card.`,
      );
    const bytes = await models.decoderOf(card);
    return { value: { decoder: await openDecoder(bytes, card), codec }, bytes: bytes.length };
  }

  async function draw(card: ClipCard, plan: Plan, mediaType: SoundType): Promise<Result<EndpointAnswer>> {
    const { modelId, family, input } = card;
    const { seed, count, first = 0, label = null, duration = input.seconds } = plan;
    const refusal = tooManyClips(mediaType, count, duration * input.sampleRate);
    if (refusal) return refusal;
    const law = latentDistribution(card, await models.mixtureOf(card), plan);
    if (!law.ok) return law;
    return opened.use(
      `${card.dataset}/${modelId}`,
      () => open(card),
      async ({ decoder, codec }) => {
        const pictures = await decoder.decode(plan.latents(law.value));
        const toClip = melToClips(codec);
        const clips = () =>
          Array.from({ length: count }, (_, i) => {
            checkDeadline();
            // A clip depends on the seed and its place, not on how many are drawn.
            return ofDuration(
              toClip(imageAt(pictures, i).pixels, seed, `phases/${first + i}`),
              codec.sampleRate,
              duration,
            );
          });
        const output = family === 'gan' ? 'generated' : 'mean';
        const { prior } = law.value;
        const { sampleRate } = codec;
        return clipsAnswer(mediaType, { modelId, seed, prior, output, label, pictures, clips, sampleRate });
      },
    );
  }

  return { draw };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
