import { beforeEach, expect, test } from 'vitest';
import { fitDataset } from '#client/training/fit.ts';
import { RunOutput } from '#client/training/output.ts';
import { runOutputOf } from '#client/training/run-output.ts';
import { put } from '#client/upload/put.ts';
import { TrainConfig } from '#core/kinds/train-config.ts';
import type { Promotion } from '#core/model/messages/promotion.ts';
import { executionNameOf } from '#core/model/run-id.ts';
import { AssembleRequest, type Sealed } from '#core/snapshot/messages.ts';
import { printRun } from '../../../cli/print/models/run.ts';
import { greyPng } from '../../fixtures/pictures.ts';
import { folderOf } from './folder.ts';
import { type MemoryDeployment, memoryDeployment, PLAIN } from './memory-deployment.ts';
import { DATASET, outcomeOf, RUN_ID, writeEpochs, writeHead, writeOutcome } from './run-records.ts';

const OPTIONS = { set: [], wait: true, force: false };
let deployment: MemoryDeployment;

beforeEach(async () => {
  deployment = memoryDeployment();
  const folder = folderOf({ '1.png': await greyPng() });
  await put(deployment.context, [folder], { dataset: DATASET, show: 5, timeoutMs: 60_000 });
  deployment.assemble.run = async (input) => ({ status: 'SUCCEEDED', output: sealedFor(input), cause: undefined });
});

function sealedFor(input: unknown): Sealed {
  const { attempt, train } = AssembleRequest.parse(input);
  const job = {
    runId: RUN_ID,
    dataset: DATASET,
    snapshotId: 'snapshot-1',
    configId: 'config',
    attempt,
    train: TrainConfig.parse(train),
  };
  deployment.train.started.push({ name: executionNameOf(job), input: job });
  const gate = { outcome: 'passed' as const, missing: [], forcedBy: null };
  return { dataset: DATASET, snapshotId: 'snapshot-1', gate, job, executionName: executionNameOf(job) };
}

function trainsTo(attempts: ('succeeded' | 'failed')[]): void {
  deployment.train.run = async (input) => {
    const { attempt } = input as { attempt: number };
    const status = attempts[attempt - 1] ?? 'succeeded';
    await writeHead(deployment.data, { attempt, epoch: 2, step: 20 });
    await writeEpochs(deployment.data, 2);
    const failed =
      status === 'failed'
        ? { modelId: null, metrics: null, reason: { name: 'DivergenceError', message: 'not finite' } }
        : {};
    await writeOutcome(deployment.data, { attempt, status, ...failed });
    const output: Promotion = { dataset: DATASET, runId: RUN_ID, status: 'promoted', modelId: 'model-1', reason: null };
    return status === 'failed'
      ? { status: 'FAILED', output: undefined, cause: 'TrainingFailed' }
      : { status: 'SUCCEEDED', output, cause: undefined };
  };
}

test('fit tells each epoch and ends with the held-out ELBO beside its entropy bound and the promoted model', async () => {
  trainsTo(['succeeded']);
  const answer = RunOutput.parse(await fitDataset(deployment.context, DATASET, OPTIONS));
  expect(answer).toMatchObject({ status: 'succeeded', runId: RUN_ID, modelId: 'model-1', promoted: true, attempt: 1 });
  expect(answer.epochs).toHaveLength(2);
  expect(deployment.said()).toMatch(/epoch 1\/2 .*held-out ELBO 119\.00 nats.*\n(.*\n)*epoch 2\/2/);
  const text = printRun(answer, PLAIN);
  expect(text).toContain('101.50 nats');
  expect(text).toContain('entropy bound of the pixels 45.50 nats');
  expect(text).toContain('it serves now');
});

test('a divergence that was mended and latents without use are warnings', () => {
  const { epochs, ...outcome } = outcomeOf({ retry: { message: 'the loss became NaN', fromStep: 10 }, bestEpoch: 1 });
  const empty = epochs.map((one) => ({ ...one, validation: { ...one.validation, activeUnits: 0 } }));
  const answer = runOutputOf({ dataset: DATASET, outcome: { ...outcome, epochs: empty } });
  const text = printRun(answer, PLAIN);
  expect(text).toContain('the loss became NaN. Training resumed from step 10 at half the learning rate.');
  expect(text).toContain('The latent space is not used');
  expect(runOutputOf({ dataset: DATASET, outcome: outcomeOf() }).warnings).toEqual([]);
});

test('the same data and settings again are the same run, reported and not trained anew', async () => {
  trainsTo(['succeeded']);
  await fitDataset(deployment.context, DATASET, OPTIONS);
  const again = await fitDataset(deployment.context, DATASET, OPTIONS);
  expect(again).toMatchObject({ status: 'succeeded', attempt: 1 });
  expect(deployment.assemble.started).toHaveLength(1);
  expect(deployment.said()).toContain('were trained before');
});

test('a run that failed goes on as its next attempt', async () => {
  trainsTo(['failed', 'succeeded']);
  expect(await fitDataset(deployment.context, DATASET, OPTIONS)).toMatchObject({
    status: 'failed',
    reason: 'DivergenceError: not finite',
  });
  expect(await fitDataset(deployment.context, DATASET, OPTIONS)).toMatchObject({ status: 'succeeded', attempt: 2 });
  expect(deployment.assemble.started.map(({ input }) => (input as AssembleRequest).attempt)).toEqual([1, 2]);
});

test('other settings or other data are other executions', async () => {
  trainsTo(['succeeded', 'succeeded', 'succeeded']);
  await fitDataset(deployment.context, DATASET, { ...OPTIONS, wait: false });
  await fitDataset(deployment.context, DATASET, { ...OPTIONS, wait: false, set: ['epochs=3', 'beta=0.5'] });
  expect(deployment.assemble.started[1]?.input).toMatchObject({ train: { epochs: 3, beta: 0.5 } });
  await put(deployment.context, [folderOf({ '2.png': await greyPng(28, 28, 2) })], {
    dataset: DATASET,
    show: 5,
    timeoutMs: 60_000,
  });
  await fitDataset(deployment.context, DATASET, { ...OPTIONS, wait: false });
  expect(new Set(deployment.assemble.started.map(({ name }) => name)).size).toBe(3);
});

test('too little data says how much is missing, and no run is followed', async () => {
  const missing = [{ what: 'items', have: 1, need: 32, advice: '31 more: 32 distinct, clean items are the minimum' }];
  const gate = { outcome: 'refused' as const, missing, forcedBy: null };
  const output: Sealed = { dataset: DATASET, snapshotId: 'snapshot-1', gate, job: null, executionName: null };
  deployment.assemble.run = async () => ({ status: 'SUCCEEDED', output, cause: undefined });
  const answer = await fitDataset(deployment.context, DATASET, OPTIONS);
  expect(answer).toMatchObject({ status: 'refused', runId: null });
  expect(answer.reason).toContain('items: 1 of 32. Missing: 31 more');
});

test('when nobody picks the job up, fit says what to start', async () => {
  let looks = 0;
  trainsTo(['succeeded']);
  const ends = deployment.train.run;
  deployment.train.describe = async (name) =>
    ++looks < 15
      ? { status: 'RUNNING', output: undefined, cause: undefined }
      : ends(deployment.train.started.at(-1)?.input, name);
  await fitDataset(deployment.context, DATASET, OPTIONS);
  expect(deployment.said()).toContain('goldpan worker');
});

test('settings that do not exist or are not allowed are refused before anything starts', async () => {
  for (const set of ['epoch=3', 'epochs=0', 'epochs', 'model=gam', 'epochs=']) {
    await expect(fitDataset(deployment.context, DATASET, { ...OPTIONS, set: [set] })).rejects.toMatchObject({
      exitCode: 2,
    });
  }
  await expect(fitDataset(deployment.context, 'nothing-here', OPTIONS)).rejects.toThrow(/no data in nothing-here/);
  expect(deployment.assemble.started).toEqual([]);
});

test('a training that ended without an outcome is a failure with the cause, and fit again is its next attempt', async () => {
  deployment.train.run = async () => ({ status: 'FAILED', output: undefined, cause: 'TrainerFailed: out of memory' });
  await expect(fitDataset(deployment.context, DATASET, OPTIONS)).rejects.toThrow(/out of memory/);
  trainsTo(['succeeded', 'succeeded']);
  expect(await fitDataset(deployment.context, DATASET, OPTIONS)).toMatchObject({ status: 'succeeded', attempt: 2 });
});
