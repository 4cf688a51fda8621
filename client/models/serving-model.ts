// The model that serves, for commands that are asked about none by name.
import type { Store } from '#core/store/store.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { refuseUnknown } from '../datasets/list-datasets.ts';
import { ClientFailure } from '../failure.ts';
import { readCurrentModel, readModels } from '../training/run-facts.ts';

/** Throws ClientFailure if the dataset has no model. */
export async function servingModelId({ deployment }: Context, dataset: string): Promise<string> {
  const current = await readCurrentModel(deployment.data, checkedDataset(dataset));
  if (current) return current.modelId;
  await refuseUnknown(deployment, dataset);
  throw new ClientFailure(`No model of ${dataset} serves.`, {
    next: await adviseWithoutModel(deployment.data, dataset),
  });
}

/** Returns what to do about a dataset of which no model serves. */
export async function adviseWithoutModel(data: Store, dataset: string): Promise<string> {
  const [newest] = await readModels(data, dataset);
  return newest
    ? `${newest.modelId} was not promoted. Let it serve: goldpan models promote ${dataset} ${newest.modelId} --force`
    : `Train a model first: goldpan fit ${dataset}`;
}
