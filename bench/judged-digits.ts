// MNIST in three splits, and the trainer's own metrics on them.
import { availableParallelism } from 'node:os';
import type { Split } from '#core/kinds/split.ts';
import { type Items, planTrainingBatches } from '../containers/trainer/data/batches.ts';
import { type FeatureNet, openFeatureNet } from '../containers/trainer/evaluate/image/feature-net.ts';
import { type Judges, openJudges } from '../containers/trainer/evaluate/image/judge.ts';
import { trainFeatureNet } from '../containers/trainer/evaluate/image/train-feature-net.ts';
import { eventLoopTurn } from './fit-digits.ts';
import { DIGIT, DIGIT_CLASSES, readDigits } from './mnist.ts';

export const TRAINED = 55_000;
const BATCH = 64;

export function readSplits(): Readonly<Record<Split, Items<Uint8Array>>> {
  return {
    train: readDigits('train', 0, TRAINED),
    validation: readDigits('train', TRAINED),
    test: readDigits('t10k'),
  };
}

/** The network that judges draws, trained on the digits of `readSplits`. The caller disposes it. */
export async function netOfDigits(data: Readonly<Record<Split, Items>> = readSplits()): Promise<FeatureNet> {
  const plan = planTrainingBatches({
    batchSize: BATCH,
    items: TRAINED,
    cores: availableParallelism(),
    device: 'cpu',
    precision: 'float32',
  });
  const made = await trainFeatureNet({ ...data, size: DIGIT, towers: plan.towers, yieldToEventLoop: eventLoopTurn });
  return openFeatureNet(made.weights, made.facts, DIGIT);
}

/** The caller disposes the network. */
export async function judgesOfDigits(
  data: Readonly<Record<Split, Items>>,
  latentDim: number,
): Promise<{ readonly judges: Judges; readonly net: FeatureNet }> {
  const net = await netOfDigits(data);
  const judges = openJudges({ data, size: DIGIT, latentDim, classes: DIGIT_CLASSES, net: async () => net });
  return { judges, net };
}
