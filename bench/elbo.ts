// How well the convolutional VAE models MNIST: 60,000 digits to train on, 10,000 to score, through the trainer's own loop.
import { resolveTrain } from '#core/resolve-train.ts';
import { TrainConfig } from '#core/train-config.ts';
import { tf } from '../containers/trainer/engine/tensorflow.ts';
import { entropyFloor } from '../containers/trainer/evaluate/floor.ts';
import { type Benchmark, lowerIsBetter } from './benchmark.ts';
import { fitDigits, say } from './fit-digits.ts';
import { DIGIT, readDigits } from './mnist.ts';

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
  { items: 60_000, classes: 0, image: DIGIT },
);
const LIMIT_NATS = 101;
const METRIC = 'held-out negative ELBO, MNIST, 10 epochs';

export const elbo: Benchmark = {
  sentence:
    'the held-out ELBO of the convolutional VAE on all of MNIST after 10 epochs, beside its floor; takes minutes',
  async run() {
    const data = { train: readDigits('train'), validation: readDigits('t10k') };
    const { learner, progress, processorMinutes } = await fitDigits({ train: TRAIN, data });
    learner.dispose();
    // The last epoch and not the best: nothing is chosen by the digits that are scored.
    const last = progress.epochs.at(-1);
    if (last === undefined) throw new Error('no epoch was trained');
    say(`${processorMinutes.toFixed(1)} processor-minutes in all`);
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
