// The model that serves, for commands that are asked about none by name.
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { refuseUnknown } from '../datasets/list-datasets.ts';
import { ClientFailure } from '../failure.ts';
import { readCurrentModel } from '../training/run-facts.ts';

/** Throws ClientFailure if the dataset has no model. */
export async function servingModelId({ deployment }: Context, dataset: string): Promise<string> {
  const current = await readCurrentModel(deployment.data, checkedDataset(dataset));
  if (current) return current.modelId;
  await refuseUnknown(deployment, dataset);
  throw new ClientFailure(`${dataset} has no model yet.`, { next: `Train one: goldpan fit ${dataset}` });
}
