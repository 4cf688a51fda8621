// Brings an earlier model back: one move of the pointer, told in its history with who asked.

import { CurrentModel, ModelCard, RegistryEntry } from '#core/model/messages/card.ts';
import type { PromoteRequest, Promotion } from '#core/model/messages/promotion.ts';
import { movedPointer, rollbackTargets } from '#core/model/promotion.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { updateJson } from '#core/store/update.ts';

type RollBack = Extract<PromoteRequest, { rollback: true }>;
type Dependencies = { readonly data: Store; readonly now: () => Date };

/** To the model named, or to the latest that served before and may still serve. It must have been promoted once. */
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
  if (!current) return refused('No model has ever served.');
  const served = new Set(current.history.map(({ modelId }) => modelId));
  if (to !== null && !served.has(to)) return refused(`Model ${to} has never served: promote it instead.`);
  if (to === current.modelId) return refused(`Model ${to} serves already.`);

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
    if (overtaken) return refused('Another model came to serve meanwhile: look again, then decide.');
    return { dataset, runId, modelId, status: 'promoted', reason };
  }
  return refused(to === null ? 'There is no earlier model to go back to.' : `Model ${to} was revoked or is gone.`);
}
