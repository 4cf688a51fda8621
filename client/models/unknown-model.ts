// Advice for a model id that does not exist.
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { didYouMean } from '../did-you-mean.ts';
import { ClientFailure } from '../failure.ts';
import { listFolders, readRun } from '../training/run-facts.ts';

export async function unknownModel(data: Store, dataset: string, modelId: string): Promise<ClientFailure> {
  const run = await readRun(data, dataset, modelId);
  if (run?.outcome?.modelId)
    return new ClientFailure(`${modelId} is a run of ${dataset}; its model is ${run.outcome.modelId}.`, {
      next: `goldpan models show ${dataset} ${run.outcome.modelId}`,
    });
  const known = await listFolders(data, keys.models(dataset), 'card.json');
  return new ClientFailure(`${dataset} has no model ${modelId}.`, {
    next: didYouMean(modelId, known) ?? `List the models: goldpan models list ${dataset}`,
  });
}
