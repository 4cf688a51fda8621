// Promotion: decides whether the model of a finished run may serve, and computes the new pointer.

import type { CurrentModel, ModelCard } from '../messages/card.ts';
import type { RunOutcome } from '../messages/run.ts';
import { compareCards, saidOf } from './compare-models.ts';
import { faultsOf } from './faults-of.ts';

/** `reason` of a promotion: the comparison, if there was one. */
export type PromotionDecision =
  | { readonly promote: true; readonly reason: string | null }
  | { readonly promote: false; readonly reason: string };

export type PromotionCandidate = {
  /** Has succeeded. */
  readonly outcome: RunOutcome;
  /** Undefined if files of the model are missing. */
  readonly card: ModelCard | undefined;
  /** The model that serves now. */
  readonly current: ModelCard | undefined;
  /** Promotes a model that is worse than the current one or has faults. Other gates still apply. */
  readonly force: boolean;
};

/** The gates that a model must pass before it serves, in order. */
const GATES: readonly ((card: ModelCard, outcome: RunOutcome) => string | undefined)[] = [
  ({ runId }, outcome) =>
    runId === outcome.runId ? undefined : `the model was made by run ${runId}, not by ${outcome.runId}`,
  ({ metrics }) => (metrics.items > 0 ? undefined : 'it was scored on no held-out item'),
  ({ metrics }) => {
    const broken = Object.entries(metrics.figures).filter(([, metric]) => !Number.isFinite(metric));
    return broken.length === 0 ? undefined : `not a finite number: ${broken.map(([name]) => name).join(', ')}`;
  },
];

/** A model that is worse on the same snapshot's test split does not replace the one that serves, unless it is forced. */
export function decidePromotion({ outcome, card, current, force }: PromotionCandidate): PromotionDecision {
  if (!card) return { promote: false, reason: `model ${outcome.modelId ?? 'without an id'} has no card.json` };
  for (const gate of GATES) {
    const reason = gate(card, outcome);
    if (reason !== undefined) return { promote: false, reason };
  }
  const faults = faultsOf(card.metrics).filter(({ blocks }) => blocks);
  if (faults.length > 0) {
    const sentences = faults.map(({ code, sentence }) => `[${code}] ${sentence}`).join(' ');
    return force
      ? { promote: true, reason: `forced, although: ${sentences}` }
      : { promote: false, reason: `${sentences} To let it serve all the same: goldpan models promote --force` };
  }
  if (!current || current.modelId === card.modelId) return { promote: true, reason: null };
  const isUnused = ({ metrics }: ModelCard) => faultsOf(metrics).some(({ code }) => code === 'latents-unused');
  if (isUnused(card) && !isUnused(current) && !force)
    return { promote: false, reason: `its latent space is not used, unlike that of ${current.modelId}, which serves` };
  const comparison = compareCards(card, current);
  if (!comparison.comparable) {
    return { promote: true, reason: `not measured against ${current.modelId}, which served: ${comparison.why}` };
  }
  const said = saidOf(comparison, current.modelId) as string;
  if (comparison.tied && !force)
    return { promote: false, reason: `it is no better than the model that serves, their intervals overlap: ${said}` };
  if (comparison.one <= comparison.other) return { promote: true, reason: said };
  if (force) return { promote: true, reason: `forced, although it is worse: ${said}` };
  return { promote: false, reason: `it is worse than the model that serves: ${said}` };
}

/**
 * Returns the pointer after a promotion; undefined if nothing changes. `history` lists the promotions, the current one first: a model in it
 * was promoted before, so a repeated message does not undo a rollback.
 */
export function promotedPointer(current: CurrentModel | undefined, move: PointerMove): CurrentModel | undefined {
  if (wasPromoted(current, move.modelId)) return undefined;
  return movedPointer(current, move);
}

export type PointerMove = {
  readonly modelId: string;
  readonly runId: string;
  readonly promotedAt: string;
  /** Who asked for it; absent where a finished training did. */
  readonly by?: string | undefined;
  readonly reason?: string | null | undefined;
};

/** The pointer at a model, whatever served before: a person's order. */
export function movedPointer(current: CurrentModel | undefined, move: PointerMove): CurrentModel {
  const { modelId, runId, promotedAt, by, reason } = move;
  const entry = { modelId, promotedAt, ...(by !== undefined && { by }), ...(reason && { reason }) };
  return { schemaVersion: 1, modelId, runId, promotedAt, history: [entry, ...(current?.history ?? [])] };
}

export function wasPromoted(current: CurrentModel | undefined, modelId: string): boolean {
  return current?.history.some((entry) => entry.modelId === modelId) ?? false;
}

/** Returns the models that a rollback may choose, the latest first: those that served before the current one was first promoted. */
export function rollbackTargets({ modelId, history }: CurrentModel): string[] {
  const first = history.findLastIndex((entry) => entry.modelId === modelId);
  const older = history.slice(first + 1).map((entry) => entry.modelId);
  return [...new Set(older)].filter((id) => id !== modelId);
}
