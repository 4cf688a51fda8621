// Measures the convolutional VAE on MNIST with the settings of many papers and tutorials: 50 epochs in batches of 64.
import { tf } from '../containers/trainer/engine/tensorflow.ts';
import { entropyBound } from '../containers/trainer/evaluate/shared/entropy-bound.ts';
import { type Benchmark, lowerIsBetter } from './benchmark.ts';
import { readDigits } from './mnist.ts';
import { fitPlain } from './plain-vae.ts';

const SETTING = { epochs: 50, batchSize: 64, latentDim: 32 };
/** Goal of ten epochs in batches of 128. */
const TEN_EPOCHS_NATS = 100.5;

export const elboLong: Benchmark = {
  sentence:
    'the test ELBO of the convolutional VAE on all of MNIST after 50 epochs in batches of 64; takes half an hour',
  async run() {
    const { nats, processorMinutes } = await fitPlain({ seed: 1, ...SETTING });
    const metric = `test negative ELBO, MNIST, 50 epochs of batches of 64, ${processorMinutes.toFixed(0)} processor-minutes`;
    const row = (peer: number, peerName: string, goal: number) =>
      lowerIsBetter({ metric, unit: 'nats', ours: nats, peer, peerName, goal });
    return {
      versions: { tfjs: tf.version['tfjs-node'] },
      rows: [
        row(TEN_EPOCHS_NATS, 'limit of 10 epochs of batches of 128', 1),
        row(entropyBound(readDigits('t10k')), "the pixels' own entropy", 0),
      ],
    };
  },
};
