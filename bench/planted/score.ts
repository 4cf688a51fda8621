// How well planted defects were found, and the rows that say so.
import { higherIsBetter, type Row } from '../benchmark.ts';

/** Shares, 0 to 1. */
export type Score = { readonly precision: number; readonly recall: number; readonly f1: number };

/** hits: planted ones that were found. alarms: what was found and is none. */
export function scoreOf({ hits, alarms, planted }: { hits: number; alarms: number; planted: number }): Score {
  if (hits === 0) return { precision: 0, recall: 0, f1: 0 };
  const precision = hits / (hits + alarms);
  const recall = hits / planted;
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
}

/** What a rule has to reach that no peer has: the data are synthetic, so a miss is a fault of the rule. */
export const GOAL_ALONE: Score = { precision: 0.95, recall: 0.95, f1: 0.95 };

/** Beside a peer's score F1 has to be as good; `peer` undefined: the rule is ours alone. */
export function scoreRows(metric: string, ours: Score, peer?: { readonly name: string; readonly score: Score }): Row[] {
  const { name, score } = peer ?? { name: 'goal', score: GOAL_ALONE };
  const row = (measure: keyof Score, goal: number) =>
    higherIsBetter({
      metric: `${metric} ${measure}`,
      unit: 'share',
      ours: ours[measure],
      peer: score[measure],
      peerName: name,
      goal,
    });
  return [row('precision', 0), row('recall', 0), row('f1', 1)];
}
