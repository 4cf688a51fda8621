// Answers sources with a stored model of pairs.

import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { count } from '#core/base/format.ts';
import { OTHER, TextCodec, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import type { CardOf } from '#core/model/messages/card.ts';
import { type EndpointAnswer, TEXTS_LIMIT } from '#core/model/messages/endpoint-api.ts';
import { type CacheSpace, lruCache } from '../drawing/lru-cache.ts';
import type { Models } from '../drawing/model-cache.ts';
import { accepted, type Result, refused } from '../problem.ts';
import type { TextType } from '../representation/media-types.ts';
import { textsAnswer } from './answer-texts.ts';
import { openPairNetwork, type PairNetwork, ROWS } from './pair-network.ts';
import type { TextRequest } from './text-request.ts';
import { settingsOf } from './text-settings.ts';

type TextCard = CardOf<'text'>;

const CODEC_FILE = 'codec.json';
const SOURCE_CODEC_FILE = 'source.json';
const READER_FILE = 'reader.onnx';
/** Texts kept at each position where a request does not say. */
const BEAM = 4;
/** `source = 'a text'`, with or without quotes. */
const CONDITION = /^\s*source\s*=\s*(?:'((?:[^']|'')*)'|"([^"]*)"|(.*?))\s*$/su;

export type Answers = {
  answer(card: TextCard, request: TextRequest, mediaType: TextType): Promise<Result<EndpointAnswer>>;
};

export function answersIn(models: Pick<Models, 'fileOf' | 'decoderOf'>, space: CacheSpace, threads: number): Answers {
  type Opened = { readonly codec: TextCodec; readonly source: TextCodec; readonly network: PairNetwork };
  const held = lruCache<Opened>(space, ({ network }) => network.close());

  async function open(card: TextCard) {
    const [codec, source] = [await codecOf(card, CODEC_FILE), await codecOf(card, SOURCE_CODEC_FILE)];
    const [reader, decoder] = [await models.fileOf(card, READER_FILE), await models.decoderOf(card)];
    const network = await openPairNetwork({ codec, source, reader, decoder, latentDim: card.latentDim, threads });
    return { value: { codec, source, network }, bytes: reader.length + decoder.length };
  }

  async function codecOf(card: TextCard, file: string): Promise<TextCodec> {
    const bytes = await models.fileOf(card, file);
    try {
      return TextCodec.parse(JSON.parse(new TextDecoder().decode(bytes)));
    } catch (cause) {
      const what = `The model ${card.modelId} of ${card.dataset} has no valid ${file}.`;
      throw new GoldpanError(FAILURE.corruptObject, what, { cause });
    }
  }

  return {
    answer: (card, request, mediaType) =>
      held.use(
        `${card.dataset}/${card.modelId}`,
        () => open(card),
        async ({ codec, source, network }): Promise<Result<EndpointAnswer>> => {
          const { n = 1, seed, first = 0, bestOf } = request;
          const sources = sourcesOf(card, request);
          if (!sources.ok) return sources;
          const given = sources.value;
          const refusal = refuse(card, request, given, source);
          if (refusal) return refusal;
          const settings = settingsOf(textCoder(codec), card, request);
          if (!settings.ok) return settings;
          const streams = given.map((_, at) => `answer/${first + at}`);
          const found =
            bestOf === undefined
              ? await network.search(given, Math.max(request.beam ?? BEAM, n), settings.value)
              : await network.draw(given, { count: Math.max(bestOf, n), seed, streams }, settings.value);
          const answers = found.map((texts) => texts.slice(0, n));
          return textsAnswer(mediaType, {
            ...{ modelId: card.modelId, seed, label: null, first, texts: answers.flat() },
            ...({ prior: 'normal', output: bestOf === undefined ? 'mean' : 'drawn' } as const),
            sources: answers.flatMap((texts, at) => texts.map(() => given[at] as string)),
          });
        },
      ),
  };
}

function sourcesOf({ modelId }: TextCard, { sources, where }: TextRequest): Result<readonly string[]> {
  if (sources) return accepted(sources);
  const [, quoted, double, plain] = CONDITION.exec(where ?? '') ?? [];
  const given = quoted?.replaceAll("''", "'") ?? double ?? plain;
  if (given !== undefined && given !== '') return accepted([given.normalize('NFC')]);
  return refused(
    'text.no-source',
    `The model ${modelId} draws answers to sources. Send sources, or where: source = 'a text'${where === undefined ? '' : ` (given: ${where.slice(0, 200)})`}.`,
  );
}

function refuse(
  { modelId }: TextCard,
  { n = 1, beam, bestOf, label, prior, truncation }: TextRequest,
  sources: readonly string[],
  codec: TextCodec,
): Result<never> | undefined {
  const { encode, positions } = textCoder(codec);
  const others = Object.entries({ label, prior, truncation }).filter(([, value]) => value !== undefined);
  if (others.length > 0)
    return refused('operation.unavailable', `Answers have no ${others.map(([name]) => name).join(', ')}.`);
  if (Math.max(beam ?? 0, bestOf ?? 0, n) > ROWS || n * sources.length > TEXTS_LIMIT)
    return refused('request.too-large', `A source has ${ROWS} answers at most, and a response ${count(TEXTS_LIMIT)}.`);
  for (const [place, source] of sources.entries()) {
    const codes = encode(source);
    const unknown = [...new Set(source)].filter((one) => encode(one).includes(OTHER));
    if (unknown.length > 0)
      return refused(
        'text.unknown-character',
        `The model ${modelId} does not know ${unknown.map((one) => JSON.stringify(one)).join(', ')} of source ${place + 1}.`,
      );
    if (codes.length === 0 || codes.length >= positions)
      return refused(
        'text.impossible-length',
        `Sources of the model ${modelId} have 1 to ${positions - 1} symbols; source ${place + 1} has ${codes.length}.`,
      );
  }
  return undefined;
}
