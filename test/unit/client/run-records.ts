// Heads, epochs and outcomes as a trainer leaves them.

import { TrainConfig } from '#core/kinds/train-config.ts';
import type { EpochMetrics, RunHead, RunOutcome } from '#core/model/messages/run.ts';
import { writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';

export const DATASET = 'digits';
export const RUN_ID = 'vae-0123456789ab';

export function epochOf(epoch: number): EpochMetrics {
  const losses = { loss: 120 - epoch, reconstructionLoss: 95 - epoch, klLoss: 25 };
  const pace = { schedule: { learningRate: 1e-3 }, seconds: 4, itemsPerSecond: 2400, memoryMiB: 300 };
  return {
    epoch,
    step: epoch * 10,
    train: losses,
    validation: { negativeElbo: 120 - epoch, klLoss: 25 },
    selection: 'negativeElbo',
    ...pace,
  };
}

export function outcomeOf(more: Partial<RunOutcome> = {}): RunOutcome {
  return {
    schemaVersion: 1,
    runId: RUN_ID,
    dataset: DATASET,
    snapshotId: 'snapshot-1',
    attempt: 1,
    status: 'succeeded',
    reason: null,
    modelId: 'model-1',
    train: TrainConfig.parse({ epochs: 2 }),
    endedBy: 'epochs',
    bestEpoch: 2,
    epochs: [epochOf(1), epochOf(2)],
    metrics: { items: 100, selection: 'negativeElbo', figures: { negativeElbo: 101.5, klLoss: 25, floor: 45.5 } },
    cost: { seconds: 9, usd: null, basis: 'a worker' },
    resumed: 0,
    retry: null,
    bitExact: true,
    environment: {
      node: '22',
      tensorflow: '2.21.0',
      cpu: 'a',
      device: 'cpu',
      towers: 1,
      threads: 2,
      precision: 'float32',
    },
    ...more,
  };
}

export async function writeHead(data: Store, more: Partial<RunHead> = {}): Promise<void> {
  const head: RunHead = {
    schemaVersion: 1,
    runId: RUN_ID,
    attempt: 1,
    owner: 'worker',
    leaseUntil: '2026-01-01T00:01:00.000Z',
    status: 'running',
    phase: 'training',
    epoch: 1,
    epochs: 2,
    step: 15,
    budgetMinutes: null,
    stepsPerEpoch: 10,
    checkpointStep: 10,
    checkpointSha256: 'sum',
    ...more,
  };
  await writeJson(data, keys.runHead(DATASET, RUN_ID), head);
}

export async function writeEpochs(data: Store, count: number): Promise<void> {
  const lines = Array.from({ length: count }, (_, i) => `${JSON.stringify(epochOf(i + 1))}\n`);
  await data.put(keys.runMetrics(DATASET, RUN_ID), lines.join(''));
}

export async function writeOutcome(data: Store, more: Partial<RunOutcome> = {}): Promise<void> {
  await writeJson(data, keys.runOutcome(DATASET, RUN_ID), outcomeOf(more));
}
