import { beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fitDataset } from '#client/training/fit.ts';
import { PlanOutput, SearchOutput } from '#client/training/fit-output.ts';
import { planFit } from '#client/training/plan-fit.ts';
import { searchFit, spaceOf, trialsOf } from '#client/training/search-fit.ts';
import { withBudgetEpochs } from '#client/training/settings/budget-epochs.ts';
import { minutesOf, trainOverrides } from '#client/training/settings/fit-settings.ts';
import { put } from '#client/upload/put.ts';
import { DatasetFile, type EffectiveConfig, effectiveConfig } from '#core/kinds/config.ts';
import { MOST_EPOCHS, TrainConfig } from '#core/kinds/train-config.ts';
import type { Promotion } from '#core/model/messages/promotion.ts';
import { executionNameOf } from '#core/model/run-id.ts';
import { AssembleRequest, type Sealed } from '#core/snapshot/messages.ts';
import { keys } from '#core/store/keys.ts';
import { printPlan, printSearch } from '../../../cli/print/models/fit.ts';
import { greyPng } from '../../fixtures/pictures.ts';
import { storeModel } from '../../fixtures/stored-model.ts';
import { folderOf } from './folder.ts';
import { type MemoryDeployment, memoryDeployment } from './memory-deployment.ts';
import { DATASET, epochOf, outcomeOf } from './run-records.ts';

const OPTIONS = { set: [], wait: true, force: false };
const TRIAL_MS = 60_000;
let deployment: MemoryDeployment;

beforeEach(async () => {
  deployment = memoryDeployment();
  await put(deployment.context, [folderOf({ '1.png': await greyPng(), '2.png': await greyPng(28, 28, 2) })], {
    dataset: DATASET,
    show: 5,
    timeoutMs: 60_000,
  });
});

/** A trainer whose validation figure is (latentDim - 16)^2 + 100. */
function trains(): void {
  deployment.assemble.run = async (input) => {
    const { attempt, train } = AssembleRequest.parse(input);
    const settings = TrainConfig.parse(train);
    const runId = `vae-${settings.latentDim}`;
    const job = { runId, dataset: DATASET, snapshotId: 'snapshot-1', configId: 'c', attempt, train: settings };
    deployment.train.started.push({ name: executionNameOf(job), input: job });
    const gate = { outcome: 'passed' as const, missing: [], forcedBy: null };
    const output: Sealed = {
      dataset: DATASET,
      snapshotId: 'snapshot-1',
      gate,
      job,
      executionName: executionNameOf(job),
    };
    return { status: 'SUCCEEDED', output, cause: undefined };
  };
  deployment.train.run = async (input) => {
    const { runId, train } = input as { runId: string; train: TrainConfig };
    const negativeElbo = ((train.latentDim === 'auto' ? 32 : train.latentDim) - 16) ** 2 + 100;
    const outcome = outcomeOf({
      runId,
      train,
      modelId: `model-${runId}`,
      epochs: [{ ...epochOf(1), validation: { negativeElbo } }],
    });
    await deployment.data.put(keys.runOutcome(DATASET, runId), JSON.stringify(outcome));
    await deployment.context.clock.sleep(TRIAL_MS);
    const output: Promotion = { dataset: DATASET, runId, status: 'promoted', modelId: outcome.modelId, reason: null };
    return { status: 'SUCCEEDED', output, cause: undefined };
  };
}

test('a budget is a time with a unit, minutes where there is none', () => {
  expect(['90s', '10m', '1.5h', '7'].map(minutesOf)).toEqual([1.5, 10, 90, 7]);
  for (const wrong of ['', 'soon', '-3m', '0', '5d']) expect(() => minutesOf(wrong)).toThrow(/90s, 10m or 1.5h/);
  expect(trainOverrides({ set: ['balance=true'], budget: '10m', from: 'vae-1' })).toEqual({
    balance: true,
    budgetMinutes: 10,
    from: 'vae-1',
  });
});

test('only the budget or patience ends a training on photos or texts, unless their number of epochs is set', async () => {
  const trains = { budgetMinutes: 10 } as const;
  const configOf = (yaml: string) => effectiveConfig(DatasetFile.parse(parse(yaml)), undefined) as EffectiveConfig;
  const photos = configOf('kind: image\nimage: { width: 64, height: 64, channels: 3 }\n');
  expect(withBudgetEpochs(trains, photos)).toEqual({ budgetMinutes: 10, epochs: MOST_EPOCHS });
  expect(withBudgetEpochs({}, photos)).toEqual({});
  expect(withBudgetEpochs({ ...trains, epochs: 5 }, photos)).toEqual({ ...trains, epochs: 5 });
  expect(withBudgetEpochs({ ...trains, features: 'none' }, photos)).toEqual({ ...trains, features: 'none' });
  const limited = configOf('kind: image\nimage: { width: 64, height: 64, channels: 3 }\ntrain: { epochs: 12 }\n');
  expect(withBudgetEpochs(trains, limited)).toEqual(trains);
  expect(withBudgetEpochs(trains, configOf('kind: image\nimage: { width: 28, height: 28, channels: 1 }\n'))).toEqual(
    trains,
  );
  expect(withBudgetEpochs(trains, configOf('kind: table\n'))).toEqual(trains);
  expect(withBudgetEpochs(trains, configOf('kind: text\n'))).toEqual({ ...trains, epochs: MOST_EPOCHS });
});

test('--from current starts from the model that serves, by its id; one that is not there is said', async () => {
  trains();
  await expect(fitDataset(deployment.context, DATASET, { ...OPTIONS, from: 'current' })).rejects.toThrow(
    /No model.*serves/,
  );
  await storeModel(deployment.data, { dataset: DATASET, modelId: 'vae-abc' });
  await fitDataset(deployment.context, DATASET, { ...OPTIONS, from: 'current' });
  expect(deployment.assemble.started.at(-1)?.input).toMatchObject({ train: { from: 'vae-abc' } });
  await expect(fitDataset(deployment.context, DATASET, { ...OPTIONS, from: 'vae-x' })).rejects.toThrow(
    /no model vae-x/,
  );
});

test('a dry run starts nothing, and says on what its figures rest: a calibration, then an earlier run', async () => {
  const plan = PlanOutput.parse(await planFit(deployment.context, DATASET, { set: ['epochs=10'] }));
  expect(plan).toMatchObject({ snapshotId: null, trainItems: 2, model: 'vae', preset: 'plain', epochs: 10 });
  expect(plan.measured).toContain('calibration');
  expect(plan.cost.basis).toMatch(/assumed.*spot/);
  const outcome = outcomeOf({
    epochs: [{ ...epochOf(1), itemsPerSecond: 4, seconds: 0.5 }],
    cost: { seconds: 20.5, usd: null, basis: '' },
  });
  await deployment.data.put(keys.runOutcome(DATASET, outcome.runId), JSON.stringify(outcome));
  const known = await planFit(deployment.context, DATASET, { set: ['epochs=10'] });
  expect(known.measured).toContain(`run ${outcome.runId}`);
  expect(known.seconds).toEqual({ epoch: 0.5, training: 5, scoring: 20, export: 0, total: 25 });
  const phases = { training: 2.5, scoring: 14, export: 4 };
  await deployment.data.put(keys.runOutcome(DATASET, outcome.runId), JSON.stringify({ ...outcome, phases }));
  const split = await planFit(deployment.context, DATASET, { set: ['epochs=10'] });
  expect(split.seconds).toEqual({ epoch: 0.5, training: 7, scoring: 14, export: 4, total: 25 });
  expect(printPlan(split)).toContain('about 25 s in all: training 7.0 s, scoring 14 s, export 4.0 s; cost');
  const short = await planFit(deployment.context, DATASET, { set: ['epochs=10'], budget: '4s' });
  // A budget of 4 s keeps 0.8 s; the run before took 2 s to start.
  expect(short.seconds).toMatchObject({ training: 3.2, total: 21.2 });
  expect(printPlan(short)).toMatch(/about 2 epochs.*\n(.*\n)*Nothing was started/);
  expect(deployment.assemble.started).toEqual([]);
  await expect(planFit(deployment.context, 'nothing-here', { set: [] })).rejects.toThrow(/no items/);
});

test('a search makes a run of each combination and tells the best by the validation split', async () => {
  trains();
  const answer = SearchOutput.parse(
    await searchFit(deployment.context, DATASET, { ...OPTIONS, search: ['latentDim=8,16,32'] }),
  );
  expect(answer).toMatchObject({ best: 'vae-16', skipped: 0 });
  expect(answer.trials.map(({ validation }) => validation?.value)).toEqual([164, 100, 356]);
  expect(printSearch(answer)).toMatch(/\n\* +latentDim=16 +100\.00 nats.*\n +latentDim=8/);
});

test('a search keeps to its budget: each trial has its share, and what it leaves no time for is told', async () => {
  trains();
  const answer = await searchFit(deployment.context, DATASET, {
    ...OPTIONS,
    budget: '90s',
    search: ['latentDim=8,16,32'],
  });
  expect(deployment.assemble.started[0]?.input).toMatchObject({ train: { budgetMinutes: 0.5, latentDim: 8 } });
  expect(answer.trials).toHaveLength(2);
  expect(answer.skipped).toBe(1);
  expect(printSearch(answer)).toContain('no time for 1 trial.');
});

test('a space is a list of values; too many, or ones that cannot be compared, are refused before anything starts', async () => {
  expect(trialsOf(spaceOf(['beta=1,2', 'seed=1,2,3']))).toHaveLength(6);
  expect(() => trialsOf(spaceOf([`seed=${Array.from({ length: 65 }, (_, i) => i + 1)}`]))).toThrow(/65 trials/);
  expect(() => spaceOf(['model=vae,gan'])).toThrow(/could not be compared/);
  await expect(searchFit(deployment.context, DATASET, { ...OPTIONS, search: ['latentDim=8,0'] })).rejects.toMatchObject(
    {
      exitCode: 2,
    },
  );
  expect(deployment.assemble.started).toEqual([]);
});

test('a family that does not train on the data is refused before anything is started, and those that do are named', async () => {
  trains();
  const options = { ...OPTIONS, model: 'latent-class' };
  const refusal = /No model of the family latent-class trains on images/;
  for (const refused of [
    fitDataset(deployment.context, DATASET, options),
    planFit(deployment.context, DATASET, options),
  ])
    await expect(refused).rejects.toMatchObject({
      message: expect.stringMatching(refusal),
      next: 'Those that do: vae and gan. Choose one with --model, or as train.model in dataset.yaml.',
    });
  expect(deployment.assemble.started).toEqual([]);
});
