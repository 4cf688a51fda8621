// Draws images with a stored model: from a prior, or between given images.
import type { CardOf } from '#core/model/messages/card.ts';
import type { EndpointAnswer, GivenItem, Output } from '#core/model/messages/endpoint-api.ts';
import type { Prior } from '#core/model/messages/latent-facts.ts';
import type { ParentsIn } from '../parents/parents.ts';
import { accepted, type Result, refused } from '../problem.ts';
import { toBytes, toValues } from '../repair/compare-ways.ts';
import type { Hole } from '../repair/heal.ts';
import type { Given, Method, Repaired } from '../repair/repairs.ts';
import { enlarge } from '../repair/resample.ts';
import { upscaleImage } from '../repair/upscale.ts';
import { pictureAnswer, tooManyPixels } from '../representation/answer.ts';
import type { PictureType } from '../representation/media-types.ts';
import { betweenPhotos } from './between-photos.ts';
import { codesOf, isImage, meansOf, type ReadCode } from './given-items.ts';
import { maskOf, smallImageOf } from './given-pixels.ts';
import type { Models } from './model-cache.ts';
import type { Networks, OpenNetworks } from './open-networks.ts';
import { conditioningClasses, type LatentDistribution, type Latents, latentDistribution } from './prior.ts';

type ImageCard = CardOf<'image'>;

/** The plan of what to generate between given images. */
type GivenPlan = {
  readonly items: readonly GivenItem[];
  /** One row for each generated image, with one weight for each given image. */
  readonly rows: readonly (readonly number[])[];
  readonly isSpherical: boolean;
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

/** The plan of what to generate, for operations without given images. */
type Plan = {
  readonly seed: number;
  readonly count: number;
  readonly columns: number;
  readonly prior?: Prior | 'base' | undefined;
  readonly label?: string | undefined;
  readonly latents: (distribution: LatentDistribution) => Latents;
  /** Whether near-copies of training items are left out. */
  readonly withholds: boolean;
};

/** Throws CorruptObjectError if a stored model is damaged. */
export function imagesIn(
  models: Pick<Models, 'mixtureOf'>,
  networks: OpenNetworks,
  { withoutCopies }: Pick<ParentsIn, 'withoutCopies'>,
) {
  async function draw(card: ImageCard, plan: Plan, mediaType: PictureType): Promise<Result<EndpointAnswer>> {
    const { modelId, input: image, family } = card;
    const refusal = tooManyPixels(plan.count * image.width * image.height * image.channels);
    if (refusal) return refusal;
    const distribution = latentDistribution(card, await models.mixtureOf(card), plan);
    if (!distribution.ok) return distribution;
    const drawn = await networks.decode(card, plan.latents(distribution.value));
    const { kept: pictures, withheld } = plan.withholds
      ? await withoutCopies(card, drawn)
      : { kept: drawn, withheld: undefined };
    if (pictures.count === 0)
      return refused('sample.withheld', `All ${drawn.count} images are too near to a training item. Use another seed.`);
    const { seed, columns, label = null } = plan;
    const output = family === 'vae' ? 'mean' : 'generated';
    const facts = {
      modelId,
      seed,
      prior: distribution.value.prior,
      output,
      label,
      ...(withheld !== undefined && { withheld }),
    } as const;
    return pictureAnswer(mediaType, { ...facts, pictures, columns, own: 'similar' });
  }

  function drawGiven(
    card: ImageCard,
    { items, rows, isSpherical }: GivenPlan,
    mediaType: PictureType,
  ): Promise<Result<EndpointAnswer>> {
    return networks.use(card, items.some(isImage), async (opened) => {
      const { modelId, input: image } = card;
      const refusal = tooManyPixels(rows.length * image.width * image.height * image.channels);
      if (refusal) return refusal;
      const codes = await codesOf(items, opened);
      if (!codes.ok) return codes;
      const latentsOf = (weights: GivenPlan['rows']) =>
        meansOf(codes.value, weights, conditioningClasses(card), isSpherical);
      // An item that is turned into another class shall not be like its photo.
      const isTurned = items.some(({ as }) => as !== undefined);
      const fit = isTurned ? undefined : await fittedToPhotos(opened, { codes: codes.value, rows, latentsOf });
      const pictures = await opened.decoder.decode(fit?.latents ?? latentsOf(rows));
      // Nothing is random.
      const drawn = { modelId, seed: 0, prior: 'encoded', output: 'mean', label: null } as const;
      return pictureAnswer(mediaType, {
        ...drawn,
        ...(fit && { fitted: fit.facts }),
        pictures,
        columns: rows.length,
        own: 'contents',
        given: pixelsOf(codes.value),
      });
    });
  }

  /** Codes whose drawings are like the given photos; undefined where model or items lack what that needs. */
  async function fittedToPhotos(
    { card, decoder }: Networks,
    {
      codes,
      ...plan
    }: Pick<GivenPlan, 'rows'> & {
      readonly codes: readonly ReadCode[];
      latentsOf(rows: GivenPlan['rows']): Latents;
    },
  ) {
    const photos = pixelsOf(codes);
    if (photos.length < codes.length) return undefined;
    const pixels = card.input.width * card.input.height;
    return networks.withLikeness(card, (likeness) => betweenPhotos({ ...plan, photos, decoder, likeness, pixels }));
  }

  /** Reads the given images, lets `work` repair the first, and answers with it. */
  function repair(
    card: ImageCard,
    { items, mask, output }: RepairPlan,
    mediaType: PictureType,
    work: (given: RepairGiven) => Promise<Repaired>,
  ): Promise<Result<EndpointAnswer>> {
    return networks.use(card, true, async (opened) => {
      if (!items.every(isImage))
        return refused('item.invalid', 'Only images can be repaired: give image or pixels, not code or seed.');
      const hole = mask === undefined ? accepted(new Uint8Array()) : await maskOf(mask, card);
      if (!hole.ok) return hole;
      const read = await codesOf(items, opened);
      if (!read.ok) return read;
      const given = read.value.map(({ pixels = new Uint8Array(), label }) => ({ image: toValues(pixels), label })) as [
        Given,
        ...Given[],
      ];
      const repaired = await work({ networks: opened, given, hole: hole.value });
      return answerOf(card, repaired, { output, given: pixelsOf(read.value) }, mediaType);
    });
  }

  /** Reads an image that is smaller than those of the model, and answers with it in their size. */
  function upscale(
    card: ImageCard,
    { item, method }: { readonly item: { readonly image: string; readonly label?: string }; readonly method: Method },
    mediaType: PictureType,
  ): Promise<Result<EndpointAnswer>> {
    return networks.use(card, true, async (opened) => {
      const small = await smallImageOf(item.image, card);
      if (!small.ok) return small;
      const { pixels, ...size } = small.value;
      const image = toValues(pixels);
      const large = Buffer.from(toBytes(enlarge(image, size, card.input))).toString('base64');
      const read = await codesOf([{ pixels: large, label: item.label }], opened);
      if (!read.ok) return read;
      const { label = -1 } = read.value[0] ?? {};
      const repaired = await upscaleImage(opened, { image, size, label }, method);
      return answerOf(card, repaired, { output: 'repaired', given: [] }, mediaType);
    });
  }

  return { draw, drawGiven, repair, upscale };
}

function answerOf(
  { modelId, input: { width, height, channels } }: ImageCard,
  { image, comparison }: Repaired,
  facts: { readonly output: Output; readonly given: readonly Uint8Array[] },
  mediaType: PictureType,
) {
  const pictures = { count: 1, width, height, channels, pixels: toBytes(image) };
  const drawn = { modelId, seed: 0, prior: 'encoded', label: null, comparison, ...facts } as const;
  return pictureAnswer(mediaType, { ...drawn, pictures, columns: 1, own: 'contents' });
}

function pixelsOf(codes: readonly { readonly pixels?: Uint8Array }[]): Uint8Array[] {
  return codes.flatMap(({ pixels }) => (pixels ? [pixels] : []));
}
