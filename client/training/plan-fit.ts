// goldpan fit --dry-run: what a training would take, before anything starts.

import { count, duration } from '#core/base/format.ts';
import { countCensus, readDetails, takeCensus } from '#core/ingest/inventory.ts';
import { isTrained } from '#core/kinds/registry/definitions.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import type { RunOutcome } from '#core/model/messages/run.ts';
import { costOf, priceOf } from '#core/model/prices.ts';
import { type ResolvedTrain, resolveTrain, type SnapshotFacts } from '#core/model/resolve-train.ts';
import { Manifest } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Context } from '../context.ts';
import { readConfig } from '../datasets/read-status.ts';
import { checkedDataset } from '../datasets/status.ts';
import { CommandFailure } from '../failure.ts';
import { calibrationFor } from './calibration.ts';
import type { PlanAnswer } from './fit-answers.ts';
import { type FitSettings, trainOverrides } from './fit-settings.ts';
import { listFolders, readRun } from './run-facts.ts';

/** Runs that are looked at for how fast the like of this one was. */
const MOST_RUNS = 20;
/** Opening the engine, the feature network, scoring the test split, exporting: what every run takes beside its epochs. */
const AROUND_SECONDS = 90;

type Pace = { readonly itemsPerSecond: number; readonly aroundSeconds: number; readonly words: string };

/** Throws CommandFailure where there is no data yet. */
export async function planFit(context: Context, given: string, settings: FitSettings): Promise<PlanAnswer> {
  const { cloud } = context;
  const dataset = checkedDataset(given);
  const config = await readConfig(cloud.data, dataset);
  if (!config || !isTrained(config.config)) {
    throw new CommandFailure(`There are no images in ${dataset} yet.`, {
      next: `goldpan put <folder> --dataset ${dataset}`,
    });
  }
  const train = TrainConfig.parse({ ...config.config.train, ...trainOverrides(settings) });
  const snapshot = await snapshotOf(context, dataset, config);
  const facts: SnapshotFacts = { items: snapshot.items, classes: snapshot.classes, image: config.config.image };
  const resolved = resolveTrain(train, facts);
  const pace = (await paceOfRuns(context, dataset, resolved, facts)) ?? {
    ...calibrationFor(resolved, config.config.image),
    aroundSeconds: AROUND_SECONDS,
  };
  const epoch = snapshot.items / pace.itemsPerSecond;
  const budget = train.budgetMinutes === null ? Number.POSITIVE_INFINITY : train.budgetMinutes * 60;
  const total = Math.min(epoch * train.epochs, budget) + pace.aroundSeconds;
  const isBatch = cloud.trainingQueueUrl === undefined;
  const { usd, basis } = costOf(total, priceOf(isBatch ? 'batch' : 'worker', 'gpu'));
  return {
    dataset,
    snapshotId: snapshot.snapshotId,
    trainItems: snapshot.items,
    model: train.model,
    preset: resolved.preset,
    epochs: train.epochs,
    seconds: { epoch, total },
    cost: { usd, basis },
    measured: pace.words,
    notes: [
      ...(snapshot.snapshotId === null ? ['No snapshot yet: duplicates are still among the items counted.'] : []),
      ...(epoch * train.epochs > budget
        ? [`The budget ends it after about ${Math.max(1, Math.floor(budget / epoch))} epochs.`]
        : []),
      ...(isBatch ? ['A GPU is several times faster than that, and its instance takes some minutes to start.'] : []),
      'It may stop earlier: after so many epochs without a better one as train.patience says.',
    ],
  };
}

export function printPlan({ trainItems, model, preset, epochs, seconds, cost, measured, notes }: PlanAnswer): string {
  return [
    `${model.toUpperCase()}, preset ${preset}, ${count(trainItems)} training items, at most ${epochs} epochs of about ${duration(seconds.epoch * 1000)}`,
    `about ${duration(seconds.total * 1000)} in all; cost ${cost.usd === null ? 'none' : `about ${cost.usd.toFixed(2)} USD`} (${cost.basis})`,
    `measured: ${measured}`,
    ...notes,
    'Nothing was started.',
  ].join('\n');
}

async function snapshotOf(
  { cloud }: Context,
  dataset: string,
  { configId, config }: NonNullable<Awaited<ReturnType<typeof readConfig>>>,
): Promise<{ snapshotId: string | null; items: number; classes: number }> {
  const [snapshotId] = await listFolders(cloud.data, keys.snapshots(dataset), 'manifest.json');
  const manifest = snapshotId && (await readJson(cloud.data, keys.manifest(dataset, snapshotId), Manifest));
  if (snapshotId && manifest) {
    const { splits, labels } = manifest.value;
    return { snapshotId, items: splits.train, classes: labels.length };
  }
  const census = await takeCensus(cloud.drop, cloud.data, dataset, configId);
  const { items } = countCensus(census, await readDetails(cloud.data, census));
  const trained = Math.round(items.accepted * config.split.train);
  if (trained > 0) return { snapshotId: null, items: trained, classes: 0 };
  throw new CommandFailure(`No image of ${dataset} was accepted yet.`, { next: `goldpan status ${dataset}` });
}

/** Of the newest run of the same family and preset on images of this size; undefined where there is none. */
async function paceOfRuns(
  { cloud }: Context,
  dataset: string,
  { model, preset }: ResolvedTrain,
  facts: SnapshotFacts,
): Promise<Pace | undefined> {
  const ids = await listFolders(cloud.data, keys.runs(dataset));
  for (const runId of ids.slice(0, MOST_RUNS)) {
    const outcome = (await readRun(cloud.data, dataset, runId))?.outcome;
    if (!outcome || outcome.epochs.length === 0 || outcome.train.model !== model) continue;
    if (resolveTrain(outcome.train, facts).preset !== preset) continue;
    return paceOf(outcome);
  }
  return undefined;
}

/** The middle epoch's; a validation pass is part of an epoch's seconds and so of its pace. */
function paceOf({ runId, epochs, cost, status, environment }: RunOutcome): Pace {
  const rates = epochs.map(({ itemsPerSecond }) => itemsPerSecond).sort((a, b) => a - b);
  const inEpochs = epochs.reduce((sum, { seconds }) => sum + seconds, 0);
  const around = Math.max(cost.seconds - inEpochs, 0);
  return {
    itemsPerSecond: rates[rates.length >> 1] as number,
    aroundSeconds: status === 'succeeded' ? around : AROUND_SECONDS,
    words: `run ${runId} of this dataset, on ${environment.device === 'gpu' ? 'a GPU' : environment.cpu}`,
  };
}
