// Draws texts with a stored model.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { TextCodec, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import type { EndpointAnswer, GivenItem } from '#core/model/messages/endpoint-api.ts';
import { type GivenCode, meansOf } from '../drawing/given-items.ts';
import { interpolateLatents } from '../drawing/interpolate-latents.ts';
import { type CacheSpace, type Loaded, lruCache } from '../drawing/lru-cache.ts';
import type { Models } from '../drawing/model-cache.ts';
import { conditioningClasses, drawFrom, type Latents, latentDistribution, latentsAt } from '../drawing/prior.ts';
import { type Result, refused } from '../problem.ts';
import type { TextType } from '../representation/media-types.ts';
import { answersIn } from './answer-sources.ts';
import { textsAnswer } from './answer-texts.ts';
import { drawTunes, prefixOfConditions } from './draw-tunes.ts';
import { CONTINUATIONS, fillGap } from './fill-gap.ts';
import { type GapRequest, textWithoutGap } from './gap-request.ts';
import { givenTexts } from './given-texts.ts';
import { openTextNetwork, type TextNetwork } from './text-network.ts';
import type { TextRequest } from './text-request.ts';
import { settingsOf } from './text-settings.ts';

const CODEC_FILE = 'codec.json';

type TextCard = CardOf<'text'>;
type Opened = { readonly codec: TextCodec; readonly network: TextNetwork };

/** Texts between given texts: one text for each row of weights, with one weight for each given text. */
export type BetweenTexts = {
  readonly items: readonly GivenItem[];
  readonly rows: readonly (readonly number[])[];
  readonly isSpherical: boolean;
};

/** Steps between pairs of latent vectors. */
export type TextWalks = { readonly seed: number; readonly rows: number; readonly steps: number };

export type Texts = {
  draw(card: TextCard, request: TextRequest, mediaType: TextType): Promise<Result<EndpointAnswer>>;
  /** The likeliest symbols at each step. */
  between(card: TextCard, between: BetweenTexts, mediaType: TextType): Promise<Result<EndpointAnswer>>;
  walk(card: TextCard, walks: TextWalks, mediaType: TextType): Promise<Result<EndpointAnswer>>;
  /** Fills a gap of a text, or continues it. */
  fill(card: TextCard, request: GapRequest, mediaType: TextType): Promise<Result<EndpointAnswer>>;
};

export function textsIn(
  models: Pick<Models, 'fileOf' | 'decoderOf' | 'encoderOf' | 'mixtureOf'>,
  space: CacheSpace,
  threads: number,
): Texts {
  const held = lruCache<Opened>(space, ({ network }) => network.close());

  async function open(card: TextCard): Promise<Loaded<Opened>> {
    const codec = TextCodec.safeParse(parse(await models.fileOf(card, CODEC_FILE))).data;
    if (!codec)
      throw new GoldpanError(
        FAILURE.corruptObject,
        `The model ${card.modelId} of ${card.dataset} has no valid ${CODEC_FILE}.`,
      );
    const encoder = () => models.encoderOf(card);
    const sizes = { codec, encoder, latentDim: card.latentDim, classes: conditioningClasses(card), threads };
    const bytes = await models.decoderOf(card);
    return { value: { codec, network: await openTextNetwork(bytes, sizes) }, bytes: bytes.length };
  }

  const { answer } = answersIn(models, space, threads);

  return {
    async draw(card, request, mediaType) {
      if (card.input.source) return answer(card, request, mediaType);
      const isMusic = card.input.notation === 'abc';
      const own = ([...(isMusic ? [] : (['where'] as const)), 'sources', 'beam', 'bestOf'] as const).filter(
        (name) => request[name] !== undefined,
      );
      if (own.length > 0)
        return refused(
          'operation.unavailable',
          `The model ${card.modelId} draws texts, which have no ${own.join(', ')}: a dataset of pairs (text.source) makes a model that answers sources.`,
        );
      return held.use(
        `${card.dataset}/${card.modelId}`,
        () => open(card),
        async ({ codec, network }): Promise<Result<EndpointAnswer>> => {
          const { n = 16, seed, first = 0, truncation, label = null } = request;
          const begun = request.where === undefined ? undefined : prefixOfConditions(request.where);
          if (begun && !begun.ok) return begun;
          const prefix = begun ? begun.value + (request.prefix ?? '') : request.prefix;
          const settings = settingsOf(textCoder(codec), card, { ...request, prefix });
          if (!settings.ok) return settings;
          const distribution = latentDistribution(card, await models.mixtureOf(card), request);
          if (!distribution.ok) return distribution;
          // The temperature is that of the symbols.
          const latents = drawFrom(distribution.value, { seed, n, first, temperature: 1, truncation });
          const streams = Array.from({ length: n }, (_, text) => `sample/${first + text}`);
          const { modelId } = card;
          const drawn = { modelId, seed, prior: distribution.value.prior, output: 'drawn', label, first } as const;
          if (!isMusic) {
            const texts = await network.draw(latents, { seed, streams, settings: settings.value });
            return textsAnswer(mediaType, { ...drawn, texts });
          }
          const { tunes, rejected } = await drawTunes(n, (places, attempt) => {
            const again = attempt === 0 ? '' : `/${attempt}`;
            const own = places.map((place) => `${streams[place]}${again}`);
            return network.draw(latentsAt(latents, places), { seed, streams: own, settings: settings.value });
          });
          return textsAnswer(mediaType, { ...drawn, texts: tunes, rejected, notation: 'abc' });
        },
      );
    },
    between: (card, { items, rows, isSpherical }, mediaType) =>
      held.use(
        `${card.dataset}/${card.modelId}`,
        () => open(card),
        async ({ codec, network }): Promise<Result<EndpointAnswer>> => {
          const given = givenTexts(items, card, textCoder(codec));
          if (!given.ok) return given;
          const { zMean: z } = await network.encode(given.value.map(({ text }) => text));
          const codes = given.value.map(({ label }, place) => {
            return { z: z.slice(place * card.latentDim, (place + 1) * card.latentDim), label };
          });
          const classes = conditioningClasses(card);
          const latents = meansOf(codes, rows, classes, isSpherical);
          const texts = await likeliest(
            network,
            classes > 0 ? { ...latents, labels: nearest(codes, rows) } : latents,
            0,
          );
          const drawn = { modelId: card.modelId, seed: 0, prior: 'encoded', output: 'mean', label: null } as const;
          return textsAnswer(mediaType, { ...drawn, texts, notation: card.input.notation });
        },
      ),
    walk: (card, { seed, rows, steps }, mediaType) =>
      held.use(
        `${card.dataset}/${card.modelId}`,
        () => open(card),
        async ({ network }): Promise<Result<EndpointAnswer>> => {
          const z = interpolateLatents({ seed, rows, steps, latentDim: card.latentDim });
          const labels = new Int32Array(rows * steps).fill(-1);
          const texts = await likeliest(network, { z, labels }, seed);
          const drawn = { modelId: card.modelId, seed, prior: 'normal', output: 'mean', label: null } as const;
          return textsAnswer(mediaType, { ...drawn, texts, notation: card.input.notation });
        },
      ),
    fill: (card, request, mediaType) =>
      held.use(
        `${card.dataset}/${card.modelId}`,
        () => open(card),
        async ({ codec, network }): Promise<Result<EndpointAnswer>> => {
          const { modelId, latentDim } = card;
          const { seed, item, n = 1 } = request;
          const gap = textWithoutGap(textCoder(codec), card, request);
          if (!gap.ok) return gap;
          const distribution = latentDistribution(card, await models.mixtureOf(card), { label: item.label });
          if (!distribution.ok) return distribution;
          const prior = drawFrom(distribution.value, { seed, n: CONTINUATIONS, temperature: 1 });
          const label = distribution.value.classes > 0 ? (distribution.value.label ?? -1) : -1;
          const filled = await fillGap({ network, codec, latentDim, prior, label, seed }, gap.value, n);
          if (filled.length === 0)
            return refused(
              'text.impossible-length',
              `No filling of ${gap.value.minLength} to ${gap.value.maxLength} characters was found for this text. Allow other lengths or characters, or ask with another seed.`,
            );
          const drawn = { modelId, seed, prior: 'encoded', output: 'repaired', label: item.label ?? null } as const;
          const [texts, nats] = [filled.map(({ text }) => text), filled.map((one) => one.nats)];
          return textsAnswer(mediaType, { ...drawn, texts, nats, notation: card.input.notation });
        },
      ),
  };
}

/** Nothing is random: at each position the likeliest symbol. */
function likeliest(network: TextNetwork, latents: Latents, seed: number): Promise<string[]> {
  const streams = Array.from(latents.labels, (_, text) => `step/${text}`);
  return network.draw(latents, { seed, streams, settings: { temperature: 0 } });
}

/** Returns the class of the text with the largest weight; -1 if it has none. */
function nearest(codes: readonly GivenCode[], rows: readonly (readonly number[])[]): Int32Array {
  return Int32Array.from(rows, (weights) => codes[weights.indexOf(Math.max(...weights))]?.label ?? -1);
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
