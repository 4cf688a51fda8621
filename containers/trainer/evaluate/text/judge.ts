// Compares texts that a model draws with held-out ones, and simple generators with the same figures.
import { permutation } from '#core/base/random.ts';
import type { Split } from '#core/kinds/split.ts';
import { END } from '#core/kinds/text/codec/text-codec.ts';
import type { TextBaseline, TextFigure, TextFigureName, TextMetrics } from '#core/model/messages/text-metrics.ts';
import type { Items, Pixels } from '../../data/batches.ts';
import { firstItems, pickItems } from '../../models/in-batches.ts';
import { classJudge } from './class-judge.ts';
import { fitKneserNey } from './kneser-ney.ts';
import { lengthsOf, meanSymbols } from './text-bits.ts';
import { distinctGrams, distinctShare, keysOf, nearCopyShare, noveltyOf, selfBleu } from './variety.ts';

/** Texts on each side of a comparison, at most. */
const MOST_TEXTS = 1_000;
/** Fewer held-out texts tell nothing apart. */
const LEAST_TEXTS = 20;
/** Codes that the n-gram model is fitted to, at most. */
const MOST_CODES = 500_000;
/** The judge calls as many real texts implausible. */
const TAIL = 0.05;
const SEED = 1;

const BETTER: Readonly<Record<TextFigureName, TextFigure['better']>> = {
  ...{ bits: 'lower', plausible: 'higher', novelty: 'higher', nearCopies: 'lower' },
  ...{ distinctTexts: 'higher', distinct2: 'real', distinct3: 'real', selfBleu: 'real', meanLength: 'real' },
  askedClass: 'higher',
};

export type TextJudging = {
  readonly data: Readonly<Record<Split, Items<Uint8Array>>>;
  readonly vocabulary: number;
  /** Codes [count, positions]; labels where the model draws by class. */
  readonly draw: (count: number, labels?: Int32Array) => Uint8Array;
  readonly isConditional: boolean;
  /** Of the test split: nats of a text by the bound. */
  readonly bound: { readonly k: number; readonly texts: number; readonly nats: number };
  readonly latent: TextMetrics['latent'];
  readonly yieldToEventLoop: () => Promise<void>;
};

type Measured = Partial<Record<TextFigureName, number>>;

/** Undefined where too few texts are held out. */
export async function judgeTexts(judging: TextJudging): Promise<TextMetrics | undefined> {
  const { data, vocabulary, draw, isConditional, bound, latent, yieldToEventLoop } = judging;
  const n = Math.min(data.test.items, MOST_TEXTS);
  if (n < LEAST_TEXTS || data.train.items < LEAST_TEXTS) return undefined;
  const test = firstItems(data.test, n);
  const fitted = someOf(data.train, Math.max(1, Math.floor(MOST_CODES / (meanSymbols(data.train) || 1))));
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
    };
  };
  const { size } = test;
  const asTexts = (bytes: Uint8Array): Pixels => ({ items: n, size, bytes, areCodes: true });
  const bitsOf = (nats: number) => nats / Math.LN2 / meanSymbols(test);
  const shuffled = shuffledTexts(someOf(data.train, n));
  const model: Measured = {
    bits: bound.nats / Math.LN2 / meanSymbols(firstItems(data.test, bound.texts)),
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
    bound: { k: bound.k, texts: bound.texts, charactersPerText: meanSymbols(firstItems(data.test, bound.texts)) },
    kneserNey: { order: judge.order, texts: fitted.items },
  };
}

/** Evenly chosen by chance, the same every time. */
function someOf(items: Items<Uint8Array>, count: number): Items<Uint8Array> {
  if (count >= items.items) return items;
  return pickItems(items, permutation(SEED, 'judged', items.items).subarray(0, count));
}

/** The same symbols in an order by chance. */
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
