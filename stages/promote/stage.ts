// Moves the pointer to the current model, after a training run or on request. Repeating a request changes nothing.

import { CurrentModel, ModelCard, RegistryEntry } from '#core/model/messages/card.ts';
import type { PromoteRequest, Promotion } from '#core/model/messages/promotion.ts';
import { RunOutcome } from '#core/model/messages/run.ts';
import { decidePromotion, movedPointer, promotedPointer, wasPromoted } from '#core/model/promotion/promotion.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { updateJson } from '#core/store/update.ts';
import { rollBack } from './roll-back.ts';

export type Dependencies = { readonly data: Store; readonly now: () => Date };

type Asked = { readonly by?: string; readonly force: boolean };

export const promote =
  (dependencies: Dependencies) =>
  async (request: PromoteRequest): Promise<Promotion> => {
    if ('rollback' in request) return rollBack(dependencies, request);
    const { data } = dependencies;
    const { dataset } = request;
    if ('runId' in request) return promoteRun(dependencies, dataset, request.runId, { force: false });
    const card = (await readJson(data, keys.modelCard(dataset, request.modelId), ModelCard))?.value;
    if (card) return promoteRun(dependencies, dataset, card.runId, request);
    const reason = `There is no model ${request.modelId}.`;
    return { dataset, runId: null, modelId: request.modelId, status: 'not-promoted', reason };
  };

/** Writes current.json first, then registry/<ds>/<modelId>.json: the pointer alone decides which model is current. */
async function promoteRun(
  dependencies: Dependencies,
  dataset: string,
  runId: string,
  asked: Asked,
): Promise<Promotion> {
  const { data } = dependencies;
  const outcome = (await readJson(data, keys.runOutcome(dataset, runId), RunOutcome))?.value;
  const answer = { dataset, runId, modelId: outcome?.modelId ?? null };
  if (!outcome) return { ...answer, status: 'failed', reason: 'The run ended without an outcome in run.json.' };
  if (outcome.status !== 'succeeded') return { ...answer, status: outcome.status, reason: reasonOf(outcome) };
  const { modelId } = outcome;
  if (modelId === null) return { ...answer, status: 'not-promoted', reason: 'The run succeeded without a model.' };

  const entryKey = keys.registryEntry(dataset, modelId);
  const entry = (await readJson(data, entryKey, RegistryEntry))?.value;
  if (entry?.revoked) return { ...answer, status: 'not-promoted', reason: `Model ${modelId} was revoked.` };

  const decision = await decideAndMove(dependencies, { ...outcome, modelId }, asked);
  const { promote: promoted, reason } = decision;
  const decided: RegistryEntry = { schemaVersion: 1, modelId, promoted, reason, revoked: false };
  await updateJson(data, entryKey, RegistryEntry, (there) =>
    there && (there.revoked || (there.promoted === promoted && there.reason === reason)) ? undefined : decided,
  );
  return { ...answer, status: promoted ? 'promoted' : 'not-promoted', reason };
}

/** Decides again whenever another model became current in the meantime. */
async function decideAndMove(
  { data, now }: Dependencies,
  outcome: RunOutcome & { modelId: string },
  { by, force }: Asked,
): Promise<ReturnType<typeof decidePromotion>> {
  const { dataset, runId, modelId } = outcome;
  const card = (await readJson(data, keys.modelCard(dataset, modelId), ModelCard))?.value;
  for (;;) {
    const before = (await readJson(data, keys.currentModel(dataset), CurrentModel))?.value;
    const again = by === undefined && wasPromoted(before, modelId);
    const serving =
      before && !again ? await readJson(data, keys.modelCard(dataset, before.modelId), ModelCard) : undefined;
    const decision = decidePromotion({ outcome, card, current: serving?.value, force });
    if (!decision.promote) return decision;
    const { reason } = decision;
    if (before?.modelId === modelId) return decision;
    let overtaken = false;
    await updateJson(data, keys.currentModel(dataset), CurrentModel, (there) => {
      overtaken = there?.modelId !== before?.modelId;
      if (overtaken) return undefined;
      const move = { modelId, runId, promotedAt: now().toISOString(), by, reason };
      return by === undefined ? promotedPointer(there, move) : movedPointer(there, move);
    });
    if (!overtaken) return decision;
  }
}

function reasonOf({ status, reason }: RunOutcome): string {
  return reason ? `${reason.name}: ${reason.message}` : `The run ended as ${status} without a reason.`;
}
