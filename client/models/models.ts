// Lists models and shows their cards.
import { ModelCard } from '#core/model/messages/card.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { refuseUnknown } from '../datasets/list-datasets.ts';
import { readCurrentModel, readModels } from '../training/run-facts.ts';
import type { ModelOutput, ModelsOutput } from './output.ts';
import { unknownModel } from './unknown-model.ts';

export async function listModels({ deployment }: Context, dataset: string): Promise<ModelsOutput> {
  const [cards, current] = await Promise.all([
    readModels(deployment.data, checkedDataset(dataset)),
    readCurrentModel(deployment.data, dataset),
  ]);
  if (cards.length === 0) await refuseUnknown(deployment, dataset);
  const models = cards.map(({ modelId, runId, family, latentDim, trainItems, metrics }) => ({
    modelId,
    runId,
    family,
    latentDim,
    trainItems,
    metrics,
    current: modelId === current?.modelId,
  }));
  return { dataset, current: current?.modelId ?? null, models };
}

export async function showModel({ deployment }: Context, dataset: string, modelId: string): Promise<ModelOutput> {
  const card = await readJson(deployment.data, keys.modelCard(checkedDataset(dataset), modelId), ModelCard);
  if (!card) throw await unknownModel(deployment.data, dataset, modelId);
  const current = await readCurrentModel(deployment.data, dataset);
  return { current: current?.modelId === modelId, card: card.value };
}
