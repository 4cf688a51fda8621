// Runs and models as a training leaves them, and promotion asked about them.

import { TrainConfig } from '#core/kinds/train-config.ts';
import { CurrentModel, type ModelCard, RegistryEntry } from '#core/model/messages/card.ts';
import type { RunOutcome } from '#core/model/messages/run.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import { promote } from '#stages/promote/stage.ts';

export const DATASET = 'digits';
export const METRICS = { items: 100, selection: 'negativeElbo', figures: { negativeElbo: 101, floor: 45.5 } };

export const SAME = 'its held-out ELBO 101.00 nats, against 101.00 nats of model-1';

export const runIdOf = (number: number) => `vae-${number}`;
export const modelIdOf = (number: number) => `model-${number}`;

export function outcome(number: number, more: Partial<RunOutcome> = {}): RunOutcome {
  return {
    schemaVersion: 1,
    runId: runIdOf(number),
    dataset: DATASET,
    snapshotId: 'snapshot',
    attempt: 1,
    status: 'succeeded',
    reason: null,
    modelId: modelIdOf(number),
    train: TrainConfig.parse({}),
    endedBy: 'epochs',
    bestEpoch: 1,
    epochs: [],
    metrics: METRICS,
    cost: { seconds: 1, usd: null, basis: 'a worker' },
    resumed: 0,
    retry: null,
    bitExact: true,
    environment: { node: '22', tensorflow: '2', cpu: 'x', device: 'cpu', towers: 1, threads: 1, precision: 'float32' },
    ...more,
  };
}

export function card(number: number, more: Partial<ModelCard> = {}): ModelCard {
  return {
    schemaVersion: 2,
    modelId: modelIdOf(number),
    runId: runIdOf(number),
    dataset: DATASET,
    snapshotId: 'snapshot',
    family: 'vae',
    input: { kind: 'image', width: 28, height: 28, channels: 1, fit: 'cover' },
    latentDim: 32,
    labels: [],
    trainItems: 1000,
    train: TrainConfig.parse({}),
    latent: null,
    metrics: METRICS,
    license: null,
    files: {},
    ...more,
  };
}

export async function train(data: Store, number: number, made: ModelCard | undefined = card(number)): Promise<void> {
  await writeJson(data, keys.runOutcome(DATASET, runIdOf(number)), outcome(number));
  if (made) await writeJson(data, keys.modelCard(DATASET, modelIdOf(number)), made);
}

export const at = (seconds: number) => new Date(seconds * 1000);
export const run = (data: Store, number: number, now = at(number)) =>
  promote({ data, now: () => now })({ dataset: DATASET, runId: runIdOf(number) });
export const pointer = async (data: Store) => (await readJson(data, keys.currentModel(DATASET), CurrentModel))?.value;
export const entry = async (data: Store, number: number) =>
  (await readJson(data, keys.registryEntry(DATASET, modelIdOf(number)), RegistryEntry))?.value;
