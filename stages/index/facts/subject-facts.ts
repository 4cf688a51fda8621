// The facts about subject alignment: scores, and the items with the best and the worst.

import { FACT_LIMITS } from '#core/snapshot/quality/fact-limits.ts';
import type { QualityFacts, ShownItem } from '#core/snapshot/quality/facts.ts';
import { histogramOf } from '#core/snapshot/statistics/bins.ts';
import { quantile, sortedNumbers } from '#core/snapshot/statistics/robust.ts';
import type { Subjects } from '../alignment/read-subjects.ts';
import type { Tabulated } from '../items/tabulate.ts';
import { quantilesOf } from './quantiles-of.ts';

const BINS = 24;
const DIGITS = 4;

type Facts = NonNullable<QualityFacts['subjects']>;
type Found = Pick<Tabulated, 'collected' | 'copies'>;

/** Items by score, the best first; of equal scores by position. Copies are left out. */
function ranked({ all }: Subjects, { collected, copies }: Found): number[] {
  const items = [...all.keys()].filter((item) => collected.present[item] === 1 && !copies.has(item));
  const scoreOf = (item: number) => all[item]?.score ?? 0;
  return items.sort((a, b) => scoreOf(b) - scoreOf(a) || a - b);
}

/** Returns the items whose details `subjectFacts` needs. */
export function shownSubjects(subjects: Subjects, found: Found) {
  const byScore = ranked(subjects, found);
  const isLow = (item: number) => subjects.flagsOf(item).length > 0;
  const fitting = byScore.filter((item) => !isLow(item));
  const low = byScore.filter(isLow);
  const most = FACT_LIMITS.subjects;
  return {
    byScore,
    best: fitting.slice(0, most),
    worst: fitting.slice(most).slice(-most).reverse(),
    low: low.slice(-most).reverse(),
    lowItems: low.length,
  };
}

export function subjectFacts(
  subjects: Subjects,
  { byScore, best, worst, low, lowItems }: ReturnType<typeof shownSubjects>,
  show: (item: number) => ShownItem,
): Facts {
  const { all, aligned, least } = subjects;
  const scores = sortedNumbers(Float64Array.from(byScore, (item) => all[item]?.score ?? 0));
  const at = (share: number) => Number(quantile(scores, share).toFixed(DIGITS));
  const { from, to, counts } = histogramOf(scores, BINS);
  const shown = (items: readonly number[]) =>
    items.map((item) => ({
      item: show(item),
      score: all[item]?.score ?? 0,
      file: aligned.units[Math.floor(item / aligned.unitItems)]?.file ?? '',
      row: item % aligned.unitItems,
    }));
  return {
    items: byScore.length,
    low: lowItems,
    least: least === null ? null : Number(least.toFixed(DIGITS)),
    leftOut: low.some(subjects.excludes),
    scores: {
      histogram: { from, to, counts },
      quantiles: quantilesOf(at),
    },
    best: shown(best),
    worst: shown(worst),
    lowest: shown(low),
  };
}
