// goldpan models compare: the test split's figures side by side, for models of one snapshot only.

import type { ModelCard } from '#core/model/messages/card.ts';
import { IMAGE_FIGURES } from '#core/model/messages/image-metrics.ts';
import { amountOf, titleOf } from '#core/model/metrics.ts';
import { sameFeatures } from '#core/model/promotion/compare-models.ts';
import { table } from '../../cli/terminal/format.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/status.ts';
import { CommandFailure } from '../failure.ts';
import { readCurrentModel, readModels } from '../training/run-facts.ts';
import type { CompareAnswer } from './model-answers.ts';

const FEATURE_FIGURES: readonly string[] = [
  'kid',
  'fid',
  'precision',
  'recall',
  'density',
  'coverage',
  'classAccuracy',
];

/** Without ids: every model of the snapshot that the current one (else the newest) was scored on. */
export async function compareModelsOf(
  { cloud }: Context,
  given: string,
  ids: readonly string[],
): Promise<CompareAnswer> {
  const dataset = checkedDataset(given);
  const [cards, current] = await Promise.all([readModels(cloud.data, dataset), readCurrentModel(cloud.data, dataset)]);
  const chosen = ids.length > 0 ? ids.map((id) => named(cards, dataset, id)) : ofOneSnapshot(cards, current?.modelId);
  const [first] = chosen;
  if (!first) throw new CommandFailure(`${dataset} has no model yet.`, { next: `goldpan fit ${dataset}` });
  const foreign = chosen.filter(({ snapshotId }) => snapshotId !== first.snapshotId);
  if (foreign.length > 0) {
    throw new CommandFailure(
      `${foreign.map(({ modelId }) => modelId).join(', ')} was scored on another snapshot than ${first.modelId}: such figures say nothing side by side.`,
      { next: `goldpan fit ${dataset} --from ${first.modelId} trains on the present snapshot.` },
    );
  }
  const kin = chosen.filter((card) => card === first || sameFeatures(first, card));
  const notes = chosen
    .filter((card) => !kin.includes(card))
    .map(({ modelId }) => `${modelId} was compared by other features: its KID and the like are left out.`);
  return {
    dataset,
    snapshotId: first.snapshotId,
    models: chosen.map(({ modelId, family }) => ({ modelId, family, current: modelId === current?.modelId })),
    figures: namesOf(chosen).map((name) => figureOf(name, chosen, kin)),
    notes,
  };
}

export function printComparison({ snapshotId, models, figures, notes }: CompareAnswer): string {
  const head = [
    '',
    ...models.map(({ modelId, current }) => `${modelId}${current ? ' *' : ''}`),
    'real',
    'PCA',
    'better',
  ];
  const cell = (name: string, value: number | null) => (value === null ? '-' : amountOf(name, value));
  const rows = figures.map(({ name, values, real, baseline, better }) => [
    titleOf(name),
    ...values.map((value) => cell(name, value)),
    cell(name, real),
    cell(name, baseline),
    better ?? '',
  ]);
  const right = head.map((_, column) => column).slice(1, -1);
  return [
    `On the test split of snapshot ${snapshotId.slice(0, 16)} (* serves now; real: other real images; PCA: a do-nothing model)`,
    table([head, ...rows], right),
    ...notes,
  ].join('\n');
}

function figureOf(
  name: string,
  cards: readonly ModelCard[],
  kin: readonly ModelCard[],
): CompareAnswer['figures'][number] {
  const compared = kin.flatMap(({ metrics }) => metrics.images?.figures.find((figure) => figure.name === name) ?? []);
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

/** The models' own figures first, then those of their images. */
function namesOf(cards: readonly ModelCard[]): string[] {
  const names = [...new Set(cards.flatMap(({ metrics }) => Object.keys(metrics.figures)))];
  const ofImages = (name: string) => (IMAGE_FIGURES as readonly string[]).includes(name);
  return [...names.filter((name) => !ofImages(name)), ...names.filter(ofImages)];
}

function ofOneSnapshot(cards: readonly ModelCard[], currentId: string | undefined): ModelCard[] {
  const lead = cards.find(({ modelId }) => modelId === currentId) ?? cards[0];
  return lead ? [lead, ...cards.filter((card) => card !== lead && card.snapshotId === lead.snapshotId)] : [];
}

function named(cards: readonly ModelCard[], dataset: string, id: string): ModelCard {
  const found = cards.find(({ modelId }) => modelId === id);
  if (found) return found;
  throw new CommandFailure(`${dataset} has no model ${id}.`, { next: `goldpan models list ${dataset}` });
}
