// Compares the test-split metrics of models of one snapshot.

import type { ModelCard } from '#core/model/messages/card.ts';
import { IMAGE_FIGURES } from '#core/model/messages/image-metrics.ts';
import { sameFeatures } from '#core/model/promotion/compare-models.ts';
import type { Store } from '#core/store/store.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { ClientFailure } from '../failure.ts';
import { readCurrentModel, readModels } from '../training/run-facts.ts';
import type { CompareOutput } from './output.ts';
import { unknownModel } from './unknown-model.ts';

const FEATURE_FIGURES: readonly string[] = [
  'kid',
  'fid',
  'precision',
  'recall',
  'density',
  'coverage',
  'classAccuracy',
];

/** Without ids: every model of the snapshot of the current model, or of the newest model if none is current. */
export async function compareModels(
  { deployment }: Context,
  given: string,
  ids: readonly string[],
): Promise<CompareOutput> {
  const dataset = checkedDataset(given);
  const [cards, current] = await Promise.all([
    readModels(deployment.data, dataset),
    readCurrentModel(deployment.data, dataset),
  ]);
  const chosen =
    ids.length > 0
      ? await Promise.all(ids.map((id) => named(deployment.data, cards, dataset, id)))
      : ofOneSnapshot(cards, current?.modelId);
  const [first] = chosen;
  if (!first) throw new ClientFailure(`${dataset} has no model yet.`, { next: `goldpan fit ${dataset}` });
  const foreign = chosen.filter(({ snapshotId }) => snapshotId !== first.snapshotId);
  if (foreign.length > 0) {
    throw new ClientFailure(
      `${foreign.map(({ modelId }) => modelId).join(', ')} was evaluated on another snapshot than ${first.modelId}, so their metrics cannot be compared.`,
      { next: `goldpan fit ${dataset} --from ${first.modelId} trains it on the newest snapshot.` },
    );
  }
  const kin = chosen.filter((card) => card === first || sameFeatures(first, card));
  const notes = chosen
    .filter((card) => !kin.includes(card))
    .map(
      ({ modelId }) =>
        `${modelId} was evaluated with another feature network: its KID, FID and related metrics are left out.`,
    );
  return {
    dataset,
    snapshotId: first.snapshotId,
    models: chosen.map(({ modelId, family }) => ({ modelId, family, current: modelId === current?.modelId })),
    figures: namesOf(chosen).map((name) => metricOf(name, chosen, kin)),
    notes,
  };
}

function metricOf(
  name: string,
  cards: readonly ModelCard[],
  kin: readonly ModelCard[],
): CompareOutput['figures'][number] {
  const compared = kin.flatMap(({ metrics }) => metrics.images?.figures.find((metric) => metric.name === name) ?? []);
  const [known] = compared;
  const isOurs = (card: ModelCard) => !FEATURE_FIGURES.includes(name) || kin.includes(card);
  return {
    name,
    better: known?.better ?? (cards.some(({ metrics }) => metrics.selection === name) ? 'lower' : null),
    values: cards.map((card) => (isOurs(card) ? (card.metrics.figures[name] ?? null) : null)),
    real: known?.real ?? null,
    baseline: known?.baseline ?? null,
  };
}

/** Returns the metrics of the models first, then those of their images. */
function namesOf(cards: readonly ModelCard[]): string[] {
  const names = [...new Set(cards.flatMap(({ metrics }) => Object.keys(metrics.figures)))];
  const ofImages = (name: string) => (IMAGE_FIGURES as readonly string[]).includes(name);
  return [...names.filter((name) => !ofImages(name)), ...names.filter(ofImages)];
}

function ofOneSnapshot(cards: readonly ModelCard[], currentId: string | undefined): ModelCard[] {
  const lead = cards.find(({ modelId }) => modelId === currentId) ?? cards[0];
  return lead ? [lead, ...cards.filter((card) => card !== lead && card.snapshotId === lead.snapshotId)] : [];
}

async function named(data: Store, cards: readonly ModelCard[], dataset: string, id: string): Promise<ModelCard> {
  const found = cards.find(({ modelId }) => modelId === id);
  if (found) return found;
  throw await unknownModel(data, dataset, id);
}
