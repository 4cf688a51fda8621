// Faults of the answers of a model of pairs.
import { shareText } from '../../base/format.ts';
import type { PairFigureName, PairMetrics } from '../messages/pair-metrics.ts';
import type { ModelFault } from './model-fault.ts';

/** chrF says how much of a text is there where hardly an answer is right whole. */
const COMPARED = ['exact', 'chrf'] as const satisfies readonly PairFigureName[];

export function pairFaults({ figures }: PairMetrics): ModelFault<'worse-than-copies'>[] {
  const compared = COMPARED.flatMap((name) => figures.find((one) => one.name === name) ?? []);
  const isBetter = compared.some(({ model, nearest }) => nearest === null || model > nearest);
  if (compared.length === 0 || isBetter) return [];
  const [exact, chrf] = COMPARED.map((name) => figures.find((one) => one.name === name));
  const sentence = `Copying the text of the nearest training source is as good: ${shareText(exact?.nearest ?? 0, 1)} of those copies are right, of the model's answers ${shareText(exact?.model ?? 0, 1)}; chrF ${chrf?.nearest?.toFixed(1)} and ${chrf?.model.toFixed(1)}. Train longer, or add pairs.`;
  return [{ code: 'worse-than-copies', sentence, blocks: true }];
}
