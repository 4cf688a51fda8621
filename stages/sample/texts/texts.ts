// Draws texts with a stored model.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { OTHER, TextCodec, type TextCoder, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import type { EndpointAnswer, GivenItem } from '#core/model/messages/endpoint-api.ts';
import { type GivenCode, meansOf } from '../drawing/given-items.ts';
import { interpolateLatents } from '../drawing/interpolate-latents.ts';
import { type CacheSpace, type Loaded, lruCache } from '../drawing/lru-cache.ts';
import type { Models } from '../drawing/model-cache.ts';
import { conditioningClasses, drawFrom, type Latents, latentDistribution } from '../drawing/prior.ts';
import { accepted, type Result, refused } from '../problem.ts';
import type { TextType } from '../representation/media-types.ts';
import { answersIn } from './answer-sources.ts';
import { textsAnswer } from './answer-texts.ts';
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
      const own = (['sources', 'where', 'beam', 'bestOf'] as const).filter((name) => request[name] !== undefined);
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
          const settings = settingsOf(textCoder(codec), card, request);
          if (!settings.ok) return settings;
          const distribution = latentDistribution(card, await models.mixtureOf(card), request);
          if (!distribution.ok) return distribution;
          // The temperature is that of the symbols.
          const latents = drawFrom(distribution.value, { seed, n, first, temperature: 1, truncation });
          const streams = Array.from({ length: n }, (_, text) => `sample/${first + text}`);
          const texts = await network.draw(latents, { seed, streams, settings: settings.value });
          const { modelId } = card;
          const drawn = { modelId, seed, prior: distribution.value.prior, output: 'drawn', label } as const;
          return textsAnswer(mediaType, { ...drawn, texts, header: first === 0 });
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
          const z = await network.encode(given.value.map(({ text }) => text));
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
          return textsAnswer(mediaType, { ...drawn, texts, header: true });
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
          return textsAnswer(mediaType, { ...drawn, texts, header: true });
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

/** Refuses items that are no texts, texts of characters that the model does not know, and classes that it does not have. */
function givenTexts(
  items: readonly GivenItem[],
  { modelId, labels }: TextCard,
  { encode, positions }: TextCoder,
): Result<{ readonly text: string; readonly label: number }[]> {
  const read: { text: string; label: number }[] = [];
  for (const [place, { text, label }] of items.entries()) {
    if (text === undefined) return refused('item.invalid', `Item ${place + 1} must have a text.`);
    const codes = encode(text);
    const unknown = [...new Set(text)].filter((one) => encode(one).includes(OTHER));
    if (unknown.length > 0)
      return refused(
        'text.unknown-character',
        `The model ${modelId} does not know ${unknown.map((one) => JSON.stringify(one)).join(', ')} of text ${place + 1}.`,
      );
    if (codes.length >= positions)
      return refused('text.impossible-length', `Texts of the model ${modelId} have 1 to ${positions - 1} symbols.`);
    const named = label === undefined ? -1 : labels.indexOf(label);
    if (label !== undefined && named < 0)
      return refused('label.unknown', `The model ${modelId} has the labels ${labels.join(', ')}.`);
    read.push({ text, label: named });
  }
  return accepted(read);
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
