// Rolls back to an earlier model: moves the pointer once and records the move with its author in the history.

import { CurrentModel, ModelCard, RegistryEntry } from '#core/model/messages/card.ts';
import type { PromoteRequest, Promotion } from '#core/model/messages/promotion.ts';
import { movedPointer, rollbackTargets } from '#core/model/promotion/promotion.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { updateJson } from '#core/store/update.ts';

type RollBack = Extract<PromoteRequest, { rollback: true }>;
type Dependencies = { readonly data: Store; readonly now: () => Date };

/**
 * Rolls back to the given model, or to the latest earlier one that is not revoked. The model must have been promoted
 * before.
 */
export async function rollBack({ data, now }: Dependencies, request: RollBack): Promise<Promotion> {
  const { dataset, to, by } = request;
  const refused = (reason: string): Promotion => ({
    dataset,
    runId: null,
    modelId: to,
    status: 'not-promoted',
    reason,
  });
  const current = (await readJson(data, keys.currentModel(dataset), CurrentModel))?.value;
  if (!current) return refused('No model has been promoted yet.');
  const served = new Set(current.history.map(({ modelId }) => modelId));
  if (to !== null && !served.has(to))
    return refused(`Model ${to} has never been the current model: promote it instead.`);
  if (to === current.modelId) return refused(`Model ${to} is the current model already.`);

  for (const modelId of to === null ? rollbackTargets(current) : [to]) {
    const entry = (await readJson(data, keys.registryEntry(dataset, modelId), RegistryEntry))?.value;
    const card = (await readJson(data, keys.modelCard(dataset, modelId), ModelCard))?.value;
    if (entry?.revoked || !card) continue;
    const { runId } = card;
    const reason = `rolled back from ${current.modelId}`;
    const promotedAt = now().toISOString();
    let overtaken = false;
    await updateJson(data, keys.currentModel(dataset), CurrentModel, (there) => {
      overtaken = there?.modelId !== current.modelId;
      return overtaken ? undefined : movedPointer(there, { modelId, runId, promotedAt, by, reason });
    });
    if (overtaken)
      return refused('Another model became current in the meantime. Check the current model, then try again.');
    return { dataset, runId, modelId, status: 'promoted', reason };
  }
  return refused(to === null ? 'There is no earlier model to roll back to.' : `Model ${to} was revoked or deleted.`);
}
