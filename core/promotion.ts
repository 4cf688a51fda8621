// Promotion: may the model of a finished run serve, and what becomes of the pointer when it does.
import type { CurrentModel, ModelCard } from './messages/model.ts';
import type { RunOutcome } from './messages/run.ts';

export type PromotionDecision = { readonly promote: true } | { readonly promote: false; readonly reason: string };

/** Each gate a model must pass before it serves, in the order in which they are told. */
const GATES: readonly ((card: ModelCard, outcome: RunOutcome) => string | undefined)[] = [
  ({ runId }, outcome) =>
    runId === outcome.runId ? undefined : `the model was made by run ${runId}, not by ${outcome.runId}`,
  ({ metrics }) => (metrics.items > 0 ? undefined : 'it was scored on no held-out item'),
  ({ metrics }) => {
    const broken = Object.entries(metrics.figures).filter(([, figure]) => !Number.isFinite(figure));
    return broken.length === 0 ? undefined : `not a finite number: ${broken.map(([name]) => name).join(', ')}`;
  },
];

/** `outcome` must have succeeded; `card` undefined = the model's files are not whole. */
export function decidePromotion(outcome: RunOutcome, card: ModelCard | undefined): PromotionDecision {
  if (!card) return { promote: false, reason: `model ${outcome.modelId ?? 'without an id'} has no card.json` };
  for (const gate of GATES) {
    const reason = gate(card, outcome);
    if (reason !== undefined) return { promote: false, reason };
  }
  return { promote: true };
}

/**
 * The pointer after a promotion; undefined where nothing is to be done. `history` tells each promotion, the present one
 * first: a model that is in it was promoted before, and a repeated message does not undo a rollback.
 */
export function promotedPointer(
  current: CurrentModel | undefined,
  { modelId, runId, promotedAt }: Omit<CurrentModel, 'history'>,
): CurrentModel | undefined {
  const history = current?.history ?? [];
  if (history.some((entry) => entry.modelId === modelId)) return undefined;
  return { modelId, runId, promotedAt, history: [{ modelId, promotedAt }, ...history] };
}
