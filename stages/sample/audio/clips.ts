// Draws clips with a stored model: pictures from its decoder, samples from the pictures. Given clips are mixed and repaired.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { MelCodec } from '#core/kinds/audio/codec/mel-codec.ts';
import { drawnToClips } from '#core/kinds/audio/codec/mel-to-clips.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import type { EndpointAnswer, GivenItem, Output } from '#core/model/messages/endpoint-api.ts';
import type { Prior } from '#core/model/messages/latent-facts.ts';
import { codesOf, isSound, meansOf } from '../drawing/given-items.ts';
import { type CacheSpace, lruCache, type Recent } from '../drawing/lru-cache.ts';
import type { Models } from '../drawing/model-cache.ts';
import type { OpenNetworks } from '../drawing/open-networks.ts';
import { conditioningClasses, type LatentDistribution, type Latents, latentDistribution } from '../drawing/prior.ts';
import { checkDeadline } from '../large/deadline.ts';
import { accepted, type Result, refused } from '../problem.ts';
import type { Method } from '../repair/repairs.ts';
import type { SoundMediaType } from '../representation/media-types.ts';
import { type Images, imageAt } from '../representation/pictures.ts';
import { clipsAnswer, tooManyClips } from './answer-clips.ts';
import { type Gap, readSound } from './given-sound.ts';
import { ofDuration } from './of-duration.ts';
import type { RepairedClip, RepairOfClip } from './repair-clips.ts';

const CODEC_FILE = 'codec.json';

type ClipCard = CardOf<'audio'>;
type Deps = { readonly models: Models; readonly space: CacheSpace; readonly networks: OpenNetworks };
/** Memory of a codec besides its network: a few numbers. */
const CODEC_BYTES = 1024;

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
  readonly latents: (distribution: LatentDistribution) => Latents;
};

/** The plan of what to generate between given clips, codes and seeds. */
type GivenPlan = {
  readonly items: readonly GivenItem[];
  /** One row for each drawn clip, with one weight for each item. */
  readonly rows: readonly (readonly number[])[];
  readonly isSpherical: boolean;
};
type RepairPlan = {
  readonly item: GivenItem;
  readonly method: Method;
  readonly output: Output;
  readonly gap?: Gap | undefined;
  readonly work: (given: RepairOfClip) => Promise<RepairedClip>;
};

/** Throws CorruptObjectError if a stored model is damaged. */
export function clipsIn({ models, space, networks }: Deps) {
  const codecs: Recent<MelCodec> = lruCache(space);

  async function readCodec(card: ClipCard): Promise<MelCodec> {
    const codec = MelCodec.safeParse(parse(await models.fileOf(card, CODEC_FILE))).data;
    if (codec?.frames === card.input.width && codec.bands === card.input.height) return codec;
    throw new GoldpanError(
      FAILURE.corruptObject,
      `The model ${card.modelId} of ${card.dataset} has a ${CODEC_FILE} that does not fit its card.`,
    );
  }

  function codecOf(card: ClipCard): Promise<MelCodec> {
    const read = async () => {
      const value = await readCodec(card);
      return { value, bytes: CODEC_BYTES + (value.magnitudes?.weights.length ?? 0) };
    };
    return codecs.use(`${card.dataset}/${card.modelId}`, read, (codec) => codec);
  }

  async function draw(card: ClipCard, plan: Plan, mediaType: SoundMediaType): Promise<Result<EndpointAnswer>> {
    const { modelId, family, input } = card;
    const { seed, count, first = 0, label = null, duration = input.seconds } = plan;
    const refusal = tooManyClips(mediaType, count, duration * input.sampleRate);
    if (refusal) return refusal;
    const distribution = latentDistribution(card, await models.mixtureOf(card), plan);
    if (!distribution.ok) return distribution;
    const codec = await codecOf(card);
    const pictures = await networks.decode(card, plan.latents(distribution.value));
    const clips = () => clipsOf(pictures, codec, { seed, first, duration });
    const output = family === 'gan' ? 'generated' : 'mean';
    const { sampleRate } = codec;
    const facts = { modelId, seed, prior: distribution.value.prior, output, label, own: 'similar' } as const;
    return clipsAnswer(mediaType, { ...facts, pictures, clips, sampleRate });
  }

  /** Between given items. */
  async function drawGiven(
    card: ClipCard,
    { items, rows, isSpherical }: GivenPlan,
    mediaType: SoundMediaType,
  ): Promise<Result<EndpointAnswer>> {
    const { modelId, input } = card;
    const refusal = tooManyClips(mediaType, rows.length, input.seconds * input.sampleRate);
    if (refusal) return refusal;
    const codec = await codecOf(card);
    const read = withPictures(items, codec);
    if (!read.ok) return read;
    return networks.use(card, items.some(isSound), async (opened) => {
      const codes = await codesOf(read.value, opened);
      if (!codes.ok) return codes;
      const pictures = await opened.decoder.decode(meansOf(codes.value, rows, conditioningClasses(card), isSpherical));
      const clips = () => clipsOf(pictures, codec, { seed: 0, first: 0, duration: input.seconds });
      const facts = { modelId, seed: 0, prior: 'encoded', output: 'mean', label: null, own: 'similar' } as const;
      return clipsAnswer(mediaType, { ...facts, pictures, clips, sampleRate: codec.sampleRate });
    });
  }

  /** Reads the given clip, lets `work` repair it, and answers with it. */
  async function repair(
    card: ClipCard,
    { item, method, output, gap, work }: RepairPlan,
    mediaType: SoundMediaType,
  ): Promise<Result<EndpointAnswer>> {
    if (item.sound === undefined || !isOnlySound(item))
      return refused('item.invalid', 'Only clips can be repaired: give sound, and neither code nor seed.');
    const codec = await codecOf(card);
    const read = readSound(item.sound, codec, { place: 0, gap, isCut: false });
    if (!read.ok) return read;
    const sound = read.value;
    return networks.use(card, true, async (opened) => {
      const codes = await codesOf([withPicture(item, sound.picture)], opened);
      if (!codes.ok) return codes;
      const label = codes.value[0]?.label ?? -1;
      const { clip, picture, comparison } = await work({ networks: opened, codec, sound, label, method });
      const { width, height, channels } = card.input;
      const pictures = { count: 1, width, height, channels, pixels: picture };
      const facts = { modelId: card.modelId, seed: 0, prior: 'encoded', output, label: null, own: 'contents' } as const;
      return clipsAnswer(mediaType, {
        ...facts,
        ...{ comparison, pictures, clips: () => [clip], sampleRate: codec.sampleRate },
      });
    });
  }

  return { draw, drawGiven, repair };
}

function isOnlySound({ image, pixels, code, seed }: GivenItem): boolean {
  return [image, pixels, code, seed].every((other) => other === undefined);
}

/** Replaces sounds by their log-mel pictures, which networks read. */
function withPictures(items: readonly GivenItem[], codec: MelCodec): Result<GivenItem[]> {
  const read: GivenItem[] = [];
  for (const [place, item] of items.entries()) {
    if (item.image !== undefined || item.pixels !== undefined || (item.sound !== undefined && !isOnlySound(item)))
      return refused('item.invalid', `Item ${place + 1} must have one of sound, code and seed.`);
    const sound = item.sound === undefined ? undefined : readSound(item.sound, codec, { place, isCut: true });
    if (sound?.ok === false) return sound;
    read.push(sound ? withPicture(item, sound.value.picture) : item);
  }
  return accepted(read);
}

function withPicture({ sound: _, ...item }: GivenItem, picture: Uint8Array): GivenItem {
  return { ...item, pixels: Buffer.from(picture).toString('base64') };
}

type Phases = { readonly seed: number; readonly first: number; readonly duration: number };

/** A clip depends on the seed and its place, not on how many are drawn. */
function clipsOf(pictures: Images, codec: MelCodec, { seed, first, duration }: Phases): Int16Array[] {
  const toClip = drawnToClips(codec);
  return Array.from({ length: pictures.count }, (_, i) => {
    checkDeadline();
    return ofDuration(toClip(imageAt(pictures, i).pixels, seed, `phases/${first + i}`), codec.sampleRate, duration);
  });
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
