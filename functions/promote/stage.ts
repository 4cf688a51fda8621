// Says how a run ended and, where its model passes the gates, moves the pointer to it. Repeating it changes nothing.
import * as z from 'zod';
import { keys } from '#core/keys.ts';
import { CurrentModel, ModelCard, RegistryEntry } from '#core/messages/model.ts';
import { type Promotion, RunOutcome } from '#core/messages/run.ts';
import { decidePromotion, promotedPointer } from '#core/promotion.ts';
import { readJson } from '#core/store/json.ts';
import type { Store } from '#core/store/store.ts';
import { updateJson } from '#core/store/update.ts';

export const PromoteRequest = z.object({ dataset: z.string(), runId: z.string() });
export type PromoteRequest = z.infer<typeof PromoteRequest>;

type Dependencies = { readonly data: Store; readonly now: () => Date };

/** Writes registry/<ds>/<modelId>.json and current.json, the pointer first: it alone says what serves. */
export const promote =
  ({ data, now }: Dependencies) =>
  async ({ dataset, runId }: PromoteRequest): Promise<Promotion> => {
    const outcome = (await readJson(data, keys.runOutcome(dataset, runId), RunOutcome))?.value;
    const answer = { dataset, runId, modelId: outcome?.modelId ?? null };
    if (!outcome) return { ...answer, status: 'failed', reason: 'The run ended without writing how it went.' };
    if (outcome.status !== 'succeeded') return { ...answer, status: outcome.status, reason: reasonOf(outcome) };
    const { modelId } = outcome;
    if (modelId === null) return { ...answer, status: 'not-promoted', reason: 'The run succeeded without a model.' };

    const entryKey = keys.registryEntry(dataset, modelId);
    const entry = (await readJson(data, entryKey, RegistryEntry))?.value;
    if (entry?.revoked) return { ...answer, status: 'not-promoted', reason: `Model ${modelId} was revoked.` };

    const card = await readJson(data, keys.modelCard(dataset, modelId), ModelCard);
    const decision = decidePromotion(outcome, card?.value);
    if (decision.promote) {
      const promotedAt = now().toISOString();
      await updateJson(data, keys.currentModel(dataset), CurrentModel, (there) =>
        promotedPointer(there, { modelId, runId, promotedAt }),
      );
    }
    const reason = decision.promote ? null : decision.reason;
    await updateJson(data, entryKey, RegistryEntry, (there) =>
      there && (there.revoked || (there.promoted === decision.promote && there.reason === reason))
        ? undefined
        : { modelId, promoted: decision.promote, reason, revoked: false },
    );
    return { ...answer, status: decision.promote ? 'promoted' : 'not-promoted', reason };
  };

function reasonOf({ status, reason }: RunOutcome): string {
  return reason ? `${reason.name}: ${reason.message}` : `The run ${status} and gave no reason.`;
}
