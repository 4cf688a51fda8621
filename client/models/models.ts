// goldpan models list | show

import { count } from '#core/base/format.ts';
import { ModelCard } from '#core/model/messages/card.ts';
import { amountOf, spoken, titleOf } from '#core/model/metrics.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { table } from '../../cli/terminal/format.ts';
import type { ModelAnswer, ModelsAnswer } from '../answers.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/status.ts';
import { CommandFailure } from '../failure.ts';
import { readCurrentModel, readModels } from '../training/run-facts.ts';

export async function listModels({ cloud }: Context, dataset: string): Promise<ModelsAnswer> {
  const [cards, current] = await Promise.all([
    readModels(cloud.data, checkedDataset(dataset)),
    readCurrentModel(cloud.data, dataset),
  ]);
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

export async function showModel({ cloud }: Context, dataset: string, modelId: string): Promise<ModelAnswer> {
  const card = await readJson(cloud.data, keys.modelCard(checkedDataset(dataset), modelId), ModelCard);
  if (!card) {
    throw new CommandFailure(`${dataset} has no model ${modelId}.`, { next: `goldpan models list ${dataset}` });
  }
  const current = await readCurrentModel(cloud.data, dataset);
  return { current: current?.modelId === modelId, card: card.value };
}

export function printModels({ dataset, models }: ModelsAnswer): string {
  if (models.length === 0) return `No model of ${dataset} yet. goldpan fit ${dataset}`;
  const rows = models.map(({ modelId, latentDim, trainItems, metrics, current }) => [
    current ? '*' : ' ',
    modelId,
    `latent ${latentDim}`,
    `${count(trainItems)} items`,
    spoken(metrics.selection, metrics.figures[metrics.selection] ?? Number.NaN),
  ]);
  return table([[' ', 'model', 'latent', 'trained on', 'on the test split'], ...rows]);
}

export function printModel({ current, card }: ModelAnswer): string {
  const { modelId, runId, snapshotId, family, image, latentDim, trainItems, metrics, license, labels, files } = card;
  const rows = [
    ['model', `${modelId}${current ? ' (serves now)' : ''}`],
    ['run', runId],
    ['snapshot', snapshotId],
    ['family', `${family}, latent ${latentDim}, ${image.width} x ${image.height} x ${image.channels}`],
    ['trained on', `${count(trainItems)} items${labels.length > 0 ? `, ${labels.length} labels` : ''}`],
    ...Object.entries(metrics.figures).map(([name, value]) => [titleOf(name), amountOf(name, value)]),
    ['licence', license ?? 'none stated'],
    ['files', Object.keys(files).sort().join(', ')],
  ];
  return table(rows);
}
