// Quantiles and robust spreads of distributions that only an engine sees, all of them in the same passes over the data.
import {
  between,
  quantilePlace,
  type Spread,
  type SpreadQuestion,
  spreadQuestions,
} from '#core/snapshot/statistics/robust.ts';
import type { Population, Question, Statistics } from './order-statistics.ts';

export type QuantileRequest = {
  readonly distribution: number;
  readonly population: Population;
  readonly share: number;
};

/** Returns the quantiles in the order of the requests. The distributions are not empty. */
export async function quantilesAt(statistics: Statistics, requests: readonly QuantileRequest[]): Promise<number[]> {
  const places = requests.map(({ distribution, population, share }) =>
    quantilePlace(statistics.countOf(distribution, population), share),
  );
  const questions = requests.flatMap(({ distribution, population }, i): Question[] => {
    const { below, above } = places[i] as (typeof places)[number];
    return [below, above].map((rank) => ({ distribution, population, ask: 'rank', rank }));
  });
  const found = await statistics.resolve(questions);
  return places.map(({ weight }, i) => between(found[2 * i] as number, found[2 * i + 1] as number, weight));
}

/** Returns the spread of the distinct items in each distribution, as robustSpread computes it. */
export async function spreadsOf(statistics: Statistics, distributions: readonly number[]): Promise<Spread[]> {
  const running = distributions.map((distribution) => {
    const steps = spreadQuestions(statistics.countOf(distribution, 'distinct'));
    return { distribution, steps, step: steps.next(), apart: 0 };
  });
  for (;;) {
    const asking = running.filter(({ step }) => !step.done);
    if (asking.length === 0) return running.map(({ step }) => step.value as Spread);
    const asked = asking.map((one) =>
      questionsOf(one.distribution, one.step.value as SpreadQuestion, statistics, one.apart),
    );
    const answers = await statistics.resolve(asked.flat());
    let next = 0;
    for (const [i, one] of asking.entries()) {
      const own = answers.slice(next, next + (asked[i] as Question[]).length);
      next += own.length;
      const question = one.step.value as SpreadQuestion;
      const answer = answerOf(one.distribution, question, own, statistics, one.apart);
      if (question.ask === 'apart') one.apart = answer;
      one.step = one.steps.next(answer);
    }
  }
}

/** `apart`: how many values differ from the one that distances are measured from, where that was asked before. */
function questionsOf(
  distribution: number,
  question: SpreadQuestion,
  statistics: Statistics,
  apart: number,
): Question[] {
  const of = { distribution, population: 'distinct' } as const;
  if (question.ask === 'mean') return [{ ...of, ask: 'every' }];
  if (question.ask === 'apart') return [{ ...of, ask: 'equal', to: question.from }];
  const { below, above, offset } = placeOf(distribution, question, statistics, apart);
  const from = question.ask === 'distance' ? { from: question.from } : {};
  return [below, above].map((rank) => ({ ...of, ask: 'rank', rank: offset + rank, ...from }));
}

function answerOf(
  distribution: number,
  question: SpreadQuestion,
  found: readonly number[],
  statistics: Statistics,
  apart: number,
): number {
  const count = statistics.countOf(distribution, 'distinct');
  if (question.ask === 'apart') return count - (found[0] as number);
  if (question.ask !== 'mean')
    return between(found[0] as number, found[1] as number, placeOf(distribution, question, statistics, apart).weight);
  // The sum is that of all distances in rising order; those that are 0 add nothing.
  const distances = statistics
    .valuesOf(distribution, 'distinct')
    .map(({ value, items }) => ({ distance: Math.abs(value - question.from), items }))
    .filter(({ distance }) => distance > 0)
    .sort((a, b) => a.distance - b.distance);
  let sum = 0;
  for (const { distance, items } of distances) for (let i = 0; i < items; i++) sum += distance;
  return sum / count;
}

/** Distances of 0 come first, so those of other values begin after them. */
function placeOf(
  distribution: number,
  question: Extract<SpreadQuestion, { share: number }>,
  statistics: Statistics,
  apart: number,
) {
  const count = statistics.countOf(distribution, 'distinct');
  const among = question.ask === 'distance' && question.apart ? apart : count;
  return { ...quantilePlace(among, question.share), offset: count - among };
}
