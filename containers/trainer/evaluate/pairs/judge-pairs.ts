// Compares the answers of a model with held-out texts, and those of the nearest training sources by the same metrics.
import type { Split } from '#core/kinds/split.ts';
import type { PairFigure, PairFigureName, PairMetrics } from '#core/model/messages/pair-metrics.ts';
import type { Items } from '../../data/batches.ts';
import { pickItems } from '../../models/in-batches.ts';
import { chrf } from './chrf.ts';
import { nearestSource } from './nearest-source.ts';
import { tokenErrorRate } from './token-errors.ts';

/** Maximum number of sources. */
const MOST_SOURCES = 1_000;
/** Maximum number of training sources that are searched. */
const MOST_SEARCHED = 200_000;
const BEAM = 4;
const EXAMPLES = 20;

const BETTER: Readonly<Record<PairFigureName, PairFigure['better']>> = {
  bits: 'lower',
  exact: 'higher',
  tokenErrors: 'lower',
  chrf: 'higher',
};

type Pair = { readonly text: string; readonly source: string };

export type PairJudging = {
  readonly data: Readonly<Record<Split, Items<Uint8Array>>>;
  readonly decode: (codes: Uint8Array) => readonly Pair[];
  /** Returns the likeliest text for each row. */
  readonly answer: (rows: Items, beam: number) => Promise<readonly string[]>;
  readonly bound: PairMetrics['bound'] & { readonly nats: number };
  readonly latent: PairMetrics['latent'];
  readonly yieldToEventLoop: () => Promise<void>;
};

/** Returns the metrics, or undefined without held-out pairs. */
export async function judgePairs(judging: PairJudging): Promise<PairMetrics | undefined> {
  const { data, decode, answer, bound, latent, yieldToEventLoop } = judging;
  const { nats, ...facts } = bound;
  const held = decode(data.test.bytes);
  const bySource = Map.groupBy(held.keys(), (place) => (held[place] as Pair).source);
  const sources = [...bySource.keys()].slice(0, MOST_SOURCES);
  if (sources.length === 0) return undefined;
  const firsts = Int32Array.from(sources, (source) => bySource.get(source)?.[0] as number);
  const references = sources.map((source) => (bySource.get(source) ?? []).map((place) => (held[place] as Pair).text));
  const answers = await answer(pickItems(data.test, firsts), BEAM);
  await yieldToEventLoop();
  const searched = decode(data.train.bytes.subarray(0, MOST_SEARCHED * data.train.size));
  const { find } = nearestSource(searched.map(({ source }) => source));
  const copies: string[] = [];
  for (const source of sources) {
    await yieldToEventLoop();
    const place = find(source);
    copies.push(place === undefined ? '' : (searched[place] as Pair).text);
  }
  const figuresOf = (texts: readonly string[]) => ({
    exact: texts.filter((text, place) => references[place]?.includes(text)).length / texts.length,
    tokenErrors: tokenErrorRate(texts, references),
    chrf: chrf(texts, references),
  });
  const [own, nearest] = [figuresOf(answers), figuresOf(copies)];
  const bits = { name: 'bits' as const, model: nats / Math.LN2 / facts.symbolsPerText, nearest: null };
  const figures = (Object.keys(own) as (keyof typeof own)[]).map((name) => ({
    name,
    model: own[name],
    nearest: nearest[name],
  }));
  return {
    ...{ n: sources.length, beam: BEAM, bound: facts, latent },
    figures: [bits, ...figures].map((figure): PairFigure => ({ ...figure, better: BETTER[figure.name] })),
    examples: sources.slice(0, EXAMPLES).map((source, place) => ({
      ...{ source, answer: answers[place] as string },
      ...{ text: references[place]?.[0] as string, nearest: copies[place] as string },
    })),
  };
}
