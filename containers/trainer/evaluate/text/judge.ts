// Compares generated texts with held-out ones, and baseline generators by the same metrics.
import { permutation } from '#core/base/random.ts';
import type { Split } from '#core/kinds/split.ts';
import { END } from '#core/kinds/text/codec/text-codec.ts';
import type { TextBaseline, TextFigure, TextFigureName, TextMetrics } from '#core/model/messages/text-metrics.ts';
import type { Items, Pixels } from '../../data/batches.ts';
import { classJudge } from './class-judge.ts';
import { fitKneserNey } from './kneser-ney.ts';
import { someTexts } from './some-texts.ts';
import { lengthsOf, meanSymbols } from './text-bits.ts';
import { distinctGrams, distinctShare, keysOf, nearCopyShare, noveltyOf, selfBleu } from './variety.ts';

/** Maximum number of texts on each side of a comparison. */
const MOST_TEXTS = 1_000;
/** Minimum number of held-out texts for a comparison. */
const LEAST_TEXTS = 20;
/** Maximum number of codes that the n-gram model is fitted to. */
const MOST_CODES = 500_000;
/** Share of real texts that the judge calls implausible, by construction. */
const TAIL = 0.05;
const SEED = 1;

const BETTER: Readonly<Record<TextFigureName, TextFigure['better']>> = {
  ...{ bits: 'lower', plausible: 'higher', novelty: 'higher', nearCopies: 'lower' },
  ...{ distinctTexts: 'higher', distinct2: 'real', distinct3: 'real', selfBleu: 'real', meanLength: 'real' },
  ...{ askedClass: 'higher', fullBars: 'real', readTunes: 'higher' },
};

export type TextJudging = {
  readonly data: Readonly<Record<Split, Items<Uint8Array>>>;
  readonly vocabulary: number;
  /** Draws codes [count, positions]; with labels when the model is conditional. */
  readonly draw: (count: number, labels?: Int32Array) => Uint8Array;
  readonly isConditional: boolean;
  /** The bound on the test split: nats per text. */
  readonly bound: { readonly k: number; readonly texts: number; readonly nats: number };
  readonly latent: TextMetrics['latent'];
  readonly yieldToEventLoop: () => Promise<void>;
  /** Further figures of texts that are written in a notation. */
  readonly more?: ((texts: Pixels) => Measured) | undefined;
};

export type Measured = Partial<Record<TextFigureName, number>>;

/** Returns the metrics, or undefined with too few held-out texts. */
export async function judgeTexts(judging: TextJudging): Promise<TextMetrics | undefined> {
  const { data, vocabulary, draw, isConditional, bound, latent, yieldToEventLoop, more } = judging;
  const n = Math.min(data.test.items, MOST_TEXTS);
  if (n < LEAST_TEXTS || data.train.items < LEAST_TEXTS) return undefined;
  const test = someTexts(data.test, n);
  const fitted = someTexts(data.train, Math.max(1, Math.floor(MOST_CODES / (meanSymbols(data.train) || 1))));
  const judge = fitKneserNey(fitted, data.validation.items > 0 ? data.validation : data.train, vocabulary);
  await yieldToEventLoop();
  const training = new Set(keysOf(data.train));
  const perSymbol = (texts: Pixels) => {
    const lengths = lengthsOf(texts);
    return judge.nats(texts).map((nats, at) => nats / (lengths[at] as number));
  };
  const limit = quantile(perSymbol(test), 1 - TAIL);
  const measure = async (texts: Pixels): Promise<Measured> => {
    await yieldToEventLoop();
    const keys = keysOf(texts);
    const near = nearCopyShare(keys, training);
    return {
      plausible: perSymbol(texts).filter((nats) => nats <= limit).length / texts.items,
      novelty: noveltyOf(keys, training),
      ...(near !== undefined && { nearCopies: near }),
      distinctTexts: distinctShare(keys),
      distinct2: distinctGrams(keys, 2),
      distinct3: distinctGrams(keys, 3),
      selfBleu: selfBleu(keys),
      meanLength: meanSymbols(texts) - 1,
      ...more?.(texts),
    };
  };
  const { size } = test;
  const asTexts = (bytes: Uint8Array): Pixels => ({ items: n, size, bytes, areCodes: true });
  const bitsOf = (nats: number) => nats / Math.LN2 / meanSymbols(test);
  const shuffled = shuffledTexts(someTexts(data.train, n));
  const model: Measured = {
    bits: bound.nats / Math.LN2 / meanSymbols(someTexts(data.test, bound.texts)),
    ...(await measure(asTexts(draw(n)))),
  };
  const byBaseline: Record<TextBaseline, Measured> = {
    real: await measure(test),
    kneserNey: { bits: bitsOf(meanOf(judge.nats(test))), ...(await measure(asTexts(judge.draw(n, size, SEED)))) },
    shuffled: { bits: bitsOf(meanOf(judge.nats(shuffledTexts(test)))), ...(await measure(shuffled)) },
  };
  const classes = isConditional ? classJudge(data.train, vocabulary) : undefined;
  if (classes) {
    const asked = Int32Array.from({ length: n }, (_, text) => classes.labels[text % classes.labels.length] as number);
    model.askedClass = classes.accuracy(asTexts(draw(n, asked)), asked);
    byBaseline.real.askedClass = classes.accuracy(test, test.labels);
    byBaseline.shuffled.askedClass = 1 / classes.labels.length;
  }
  const figures = (Object.entries(model) as [TextFigureName, number][])
    .filter(([, value]) => Number.isFinite(value))
    .map(([name, value]): TextFigure => {
      const at = (baseline: TextBaseline) => byBaseline[baseline][name] ?? null;
      return {
        name,
        better: BETTER[name],
        model: value,
        real: at('real'),
        kneserNey: at('kneserNey'),
        shuffled: at('shuffled'),
      };
    });
  return {
    ...{ n, drawn: n, latent, figures },
    bound: { k: bound.k, texts: bound.texts, charactersPerText: meanSymbols(someTexts(data.test, bound.texts)) },
    kneserNey: { order: judge.order, texts: fitted.items },
  };
}

/** Returns texts of the same symbols in a random order. */
function shuffledTexts({ bytes, items, size, ...rest }: Items<Uint8Array>): Items<Uint8Array> {
  const out = bytes.slice();
  for (let item = 0; item < items; item++) {
    const text = out.subarray(item * size, (item + 1) * size);
    const end = text.indexOf(END);
    const letters = text.slice(0, end < 0 ? size : end);
    const order = permutation(SEED, `shuffled/${item}`, letters.length);
    for (const [to, from] of order.entries()) text[to] = letters[from] as number;
  }
  return { ...rest, items, size, bytes: out };
}

function quantile(values: Float64Array, share: number): number {
  return values.toSorted()[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.POSITIVE_INFINITY;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
