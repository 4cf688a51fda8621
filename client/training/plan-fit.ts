// Estimates the time and cost of a training before anything starts.
import { countInventory, readDetails, takeInventory } from '#core/ingest/inventory.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { costOf, priceOf } from '#core/model/host/prices.ts';
import type { RunOutcome } from '#core/model/messages/run.ts';
import { keptForScoring } from '#core/model/timing/scoring-time.ts';
import { Manifest } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Context } from '../context.ts';
import { checkedDataset } from '../datasets/checked-dataset.ts';
import { adviseOnUnknown } from '../datasets/list-datasets.ts';
import { readConfig } from '../datasets/read-status.ts';
import { ClientFailure } from '../failure.ts';
import type { PlanOutput } from './fit-output.ts';
import { listFolders, readRun } from './run-facts.ts';
import { withBudgetEpochs } from './settings/budget-epochs.ts';
import { checkFamily } from './settings/check-family.ts';
import { type FitSettings, trainOverrides } from './settings/fit-settings.ts';
import { networkOf } from './settings/network-of.ts';

/** Newest runs among which one of the same network gives the pace. */
const MOST_RUNS = 20;
/** Seconds besides the epochs: the start of the engine, scoring, export. */
const AROUND = { start: 15, scoring: 65, export: 10 } as const;

type Around = Readonly<Record<keyof typeof AROUND, number>>;
type Pace = { readonly itemsPerSecond: number; readonly around: Around; readonly words: string };

/** Throws ClientFailure where there is no data yet, and for a family of models that does not train on such data. */
export async function planFit(context: Context, given: string, settings: FitSettings): Promise<PlanOutput> {
  const { deployment } = context;
  const dataset = checkedDataset(given);
  const config = await readConfig(deployment.data, dataset);
  if (!config) {
    throw new ClientFailure(`There are no items in ${dataset} yet.`, {
      next: await adviseOnUnknown(deployment, dataset),
    });
  }
  const run = withBudgetEpochs(trainOverrides(settings), config.config);
  const train = TrainConfig.parse({ ...config.config.train, ...run });
  checkFamily(config.config.kind, train.model);
  const snapshot = await snapshotOf(context, dataset, config);
  const { network, calibration } = networkOf(config.config, snapshot);
  const preset = network(train);
  const pace = (await paceOfRuns(context, dataset, { model: train.model, preset }, network)) ?? {
    ...calibration(train),
    around: AROUND,
  };
  const epoch = snapshot.items / pace.itemsPerSecond;
  const { around } = pace;
  const most = mostTraining(train.budgetMinutes, around);
  const training = Math.min(around.start + epoch * train.epochs, most);
  const total = training + around.scoring + around.export;
  const isBatch = deployment.trainingQueueUrl === undefined;
  const { usd, basis } = costOf(total, priceOf(isBatch ? 'batch' : 'worker', 'gpu'));
  return {
    dataset,
    snapshotId: snapshot.snapshotId,
    trainItems: snapshot.items,
    model: train.model,
    preset,
    epochs: train.epochs,
    seconds: { epoch, training, scoring: around.scoring, export: around.export, total },
    cost: { usd, basis },
    measured: pace.words,
    notes: [
      ...(snapshot.snapshotId === null ? ['There is no snapshot yet: the count still includes duplicates.'] : []),
      ...(around.start + epoch * train.epochs > most
        ? [`The budget ends training after about ${Math.max(1, Math.floor((most - around.start) / epoch))} epochs.`]
        : []),
      ...(isBatch ? ['A GPU is several times faster, and its instance takes some minutes to start.'] : []),
      'Training may stop earlier: after train.patience epochs without an improvement.',
    ],
  };
}

/** Returns the seconds that a budget leaves for training: what is not kept for scoring and export. At least the start and a step. */
function mostTraining(budgetMinutes: number | null, { start }: Around): number {
  if (budgetMinutes === null) return Number.POSITIVE_INFINITY;
  return Math.max(start, budgetMinutes * 60 - keptForScoring(budgetMinutes));
}

async function snapshotOf(
  { deployment }: Context,
  dataset: string,
  { configId, config }: NonNullable<Awaited<ReturnType<typeof readConfig>>>,
): Promise<{ snapshotId: string | null; items: number; classes: number }> {
  const [snapshotId] = await listFolders(deployment.data, keys.snapshots(dataset), 'manifest.json');
  const manifest = snapshotId && (await readJson(deployment.data, keys.manifest(dataset, snapshotId), Manifest));
  if (snapshotId && manifest) {
    const { splits, labels } = manifest.value;
    return { snapshotId, items: splits.train, classes: labels.length };
  }
  const inventory = await takeInventory(deployment.drop, deployment.data, dataset, configId);
  const { items } = countInventory(inventory, await readDetails(deployment.data, inventory));
  const trained = Math.round(items.accepted * config.split.train);
  if (trained > 0) return { snapshotId: null, items: trained, classes: 0 };
  throw new ClientFailure(`No item of ${dataset} was accepted yet.`, { next: `goldpan status ${dataset}` });
}

/** Returns the pace of the newest run of the same family and preset, or undefined where there is none. */
async function paceOfRuns(
  { deployment }: Context,
  dataset: string,
  { model, preset }: { readonly model: TrainConfig['model']; readonly preset: string },
  network: (train: TrainConfig) => string,
): Promise<Pace | undefined> {
  const ids = await listFolders(deployment.data, keys.runs(dataset));
  for (const runId of ids.slice(0, MOST_RUNS)) {
    const outcome = (await readRun(deployment.data, dataset, runId))?.outcome;
    if (!outcome || outcome.epochs.length === 0 || outcome.train.model !== model) continue;
    if (network(outcome.train) !== preset) continue;
    return paceOf(outcome);
  }
  return undefined;
}

/** Takes the median epoch; its seconds include the validation pass. */
function paceOf({ runId, epochs, cost, phases, status, environment }: RunOutcome): Pace {
  const rates = epochs.map(({ itemsPerSecond }) => itemsPerSecond).sort((a, b) => a - b);
  const inEpochs = epochs.reduce((sum, { seconds }) => sum + seconds, 0);
  // Older runs do not tell their phases apart.
  const {
    training,
    scoring,
    export: exporting,
  } = phases ?? { training: inEpochs, scoring: cost.seconds - inEpochs, export: 0 };
  const around = { start: Math.max(training - inEpochs, 0), scoring: Math.max(scoring, 0), export: exporting };
  return {
    itemsPerSecond: rates[rates.length >> 1] as number,
    around: status === 'succeeded' ? around : AROUND,
    words: `run ${runId} of this dataset, on ${environment.device === 'gpu' ? 'a GPU' : environment.cpu}`,
  };
}
