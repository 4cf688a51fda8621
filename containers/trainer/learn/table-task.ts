// The engine process's work on a table: train, compare drawn rows with held-out ones, export.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Split } from '#core/kinds/split.ts';
import { rowCoder } from '#core/kinds/table/codec/code-rows.ts';
import { subColumnsOf } from '#core/kinds/table/codec/codec.ts';
import type { TestMetrics } from '#core/model/messages/run.ts';
import { type ResolvedTableTrain, resolveTableTrain } from '#core/model/resolve-table-train.ts';
import { classSampler } from '#core/model/table/class-sampler.ts';
import { type Items, planTrainingBatches } from '../data/batches.ts';
import { readCodedItems } from '../data/coded-files.ts';
import { readCodec } from '../data/table/table-files.ts';
import { judgeTable } from '../evaluate/table/judge.ts';
import { latentClassesIn } from '../models/table/latent-class-learner.ts';
import { tableFamilyOf } from '../models/table/table-families.ts';
import { countCodes, tableLayout } from '../models/table/table-layout.ts';
import type { TableLearnerOptions } from '../models/table/table-learner-options.ts';
import { START } from '../state/checkpoint.ts';
import { type EngineResult, EXPORT_STEP, type TableTask } from '../state/protocol.ts';
import { type Channel, type Host, refuseEmulation } from './channel.ts';
import { fitModel } from './fit.ts';
import { scoringSteps } from './scoring-steps.ts';
import { rateScaleOf, trainLearner } from './train-learner.ts';

/** Imagined rows of each code, so that its logarithm is finite. */
const PRIOR_ROWS = 0.1;
const COMPARED_SEED = 1;
const BASELINE = 'latent-class';
const BASELINE_CLASSES = 300;
const BASELINE_ROUNDS = 12;

/** Throws Stopped after a checkpoint when a stop was asked for, and a GoldpanError on failures of the domain. */
export async function runTableTask(task: TableTask, channel: Channel, host: Host): Promise<EngineResult> {
  const { folder, resume } = task;
  const train = resolveTableTrain(task.train, task.items.train);
  const family = tableFamilyOf(train.model);
  refuseEmulation(train.precision, host);
  const codec = readCodec(folder);
  const subColumns = subColumnsOf(codec);
  const layout = tableLayout(subColumns);
  const data = readCodedItems(folder, rowCoder(codec).width, 0);
  const rows = data.train.items;
  const { device } = host.environment;
  const towers = family.hasTowers ? resume?.environment.towers : 1;
  const plan = planTrainingBatches({ ...train, items: rows, cores: host.cores, device, towers });
  const counts = countCodes(layout, data.train.bytes);
  const logShares = Float32Array.from(counts, (count) => Math.log((count + PRIOR_ROWS) / (rows + PRIOR_ROWS)));
  const rateScale = rateScaleOf(task);
  const { batchSize, stepsPerEpoch } = plan;
  const trainCodes = data.train.bytes;
  const options = {
    train,
    layout,
    logShares,
    rows,
    trainCodes,
    batchSize,
    towers: plan.towers,
    stepsPerEpoch,
    rateScale,
  };
  const learner = family.openLearner(options);
  const { best, ...ended } = await trainLearner({ task, channel, host, learner, train, data, plan, classes: 0 });
  const next = scoringSteps(channel, ['test rows', EXPORT_STEP, 'drawn rows']);
  next();
  const own = await learner.score(data.test, channel.yieldToEventLoop);
  next();
  const samples = learner.samples();
  const modelFolder = join(folder, 'model');
  mkdirSync(modelFolder, { recursive: true });
  const files = await family.exportFiles({ weights: best, layout, train, trainCodes, folder: modelFolder });
  learner.dispose();
  next();
  const sampler = await family.openSampler({ folder: modelFolder, layout, train });
  const nats = own.negativeElbo ?? own.negativeLogLikelihood ?? null;
  const judging = { folder, codec, sampler, nats, seed: COMPARED_SEED, yieldToEventLoop: channel.yieldToEventLoop };
  const figures = await judgeTable({ ...judging, others: await othersOf(train.model, options, data, channel) });
  await sampler.close();
  const metrics: TestMetrics = {
    items: data.test.items,
    selection: learner.selection,
    figures: { ...own, ...figures.figures },
    ...(figures.table && { table: figures.table }),
  };
  return { ...ended, metrics, samples, modelFolder, files, latent: null };
}

/** The latent-class model that every other family must beat, fitted to the same codes. */
async function othersOf(
  model: ResolvedTableTrain['model'],
  options: TableLearnerOptions,
  data: Record<Split, Items<Uint8Array>>,
  { yieldToEventLoop }: Channel,
) {
  if (model === BASELINE) return {};
  const train = {
    ...options.train,
    latentDim: BASELINE_CLASSES,
    epochs: BASELINE_ROUNDS,
    patience: 2,
    budgetMinutes: null,
  };
  const learner = tableFamilyOf(BASELINE).openLearner({ ...options, train });
  const hooks = {
    yieldToEventLoop,
    stepDone: () => undefined,
    checkpoint: async () => undefined,
    now: () => 0,
    memoryMiB: () => 0,
  };
  const { best } = await fitModel({ learner, train, data, classes: 0, progress: START, best: undefined, hooks });
  learner.use(best, 0);
  const { negativeLogLikelihood } = await learner.score(data.test, yieldToEventLoop);
  const sampler = classSampler(latentClassesIn(best), options.layout.subColumns);
  return { latentClass: { sampler, nats: negativeLogLikelihood as number } };
}
