// Measures the held-out ELBO of the convolutional VAE on MNIST (60,000 digits to train on, 10,000 to score) with the trainer's own loop: over
// several seeds, in bfloat16, and beside the same network in PyTorch with the same initial weights.
import { availableParallelism } from 'node:os';
import { tf } from '../containers/trainer/engine/tensorflow.ts';
import { entropyBound } from '../containers/trainer/evaluate/shared/entropy-bound.ts';
import { vae } from '../containers/trainer/models/vae/vae.ts';
import { type Benchmark, lowerIsBetter, type Row } from './benchmark.ts';
import { DIGIT, readDigits } from './mnist.ts';
import { fitWithTorch, type TorchFitted } from './peer/torch.ts';
import { DIGITS_TRAINED, fitPlain, type Plain, resolvePlain } from './plain-vae.ts';

const SEEDS = (process.env.GOLDPAN_SEEDS ?? '1,2,3').split(',').map(Number);
const LIMIT_NATS = 100.5;
const MOST_TIME_SHARE = 0.65;
/** Nats that bfloat16 may cost. */
const NATS_OF_PRECISION = 0.5;
const METRIC = 'test negative ELBO, MNIST, 10 epochs';

export const elbo: Benchmark = {
  sentence:
    'the test ELBO of the convolutional VAE on all of MNIST after 10 epochs, beside PyTorch; takes half an hour',
  async run() {
    const [first = 1] = SEEDS;
    const peer = fitPlainWithTorch(first);
    const fitted = [];
    for (const seed of SEEDS) fitted.push(await fitPlain({ seed }));
    const bfloat16 = await fitPlain({ seed: first, precision: 'bfloat16' });
    const floor = entropyBound(readDigits('t10k'));
    return {
      versions: { tfjs: tf.version['tfjs-node'], torch: peer.version },
      rows: rowsOf(fitted, bfloat16, peer, floor),
    };
  },
};

function fitPlainWithTorch(seed: number): TorchFitted {
  const { epochs, batchSize, learningRate, latentDim } = resolvePlain({ seed });
  const initial = vae({ ...DIGIT, latentDim, classes: 0, batchSize }).initialState(seed);
  return fitWithTorch({ model: 'conv-vae', initial, items: DIGITS_TRAINED, epochs, batchSize, learningRate, seed });
}

function rowsOf(fitted: readonly Plain[], bfloat16: Plain, peer: TorchFitted, floor: number): Row[] {
  const [first] = fitted as [Plain];
  const ours = fitted.reduce((sum, { nats }) => sum + nats, 0) / fitted.length;
  const row = (metric: string, values: Pick<Row, 'ours' | 'peer' | 'peerName' | 'goal'>): Row =>
    lowerIsBetter({ metric, unit: 'nats', ...values });
  const range = fitted.map(({ nats }) => nats.toFixed(2)).join(', ');
  const torch = { peer: peer.nats.at(-1) ?? Number.NaN, peerName: 'PyTorch, same first weights and schedule' };
  const minutes = { ours: first.processorMinutes, peer: peer.processorMinutes, peerName: torch.peerName };
  return [
    row(`${METRIC}, mean of seeds (${range})`, { ours, peer: LIMIT_NATS, peerName: 'limit', goal: 1 }),
    row(METRIC, { ours, peer: floor, peerName: "the pixels' own entropy", goal: 0 }),
    row(`${METRIC}, seed ${SEEDS[0]}`, { ours: first.nats, ...torch, goal: 0 }),
    lowerIsBetter({
      metric: `processor time of it, ${availableParallelism()} cores`,
      unit: 'minutes',
      ...minutes,
      goal: 1 / MOST_TIME_SHARE,
    }),
    row(`${METRIC}, bfloat16`, {
      ours: bfloat16.nats,
      peer: first.nats + NATS_OF_PRECISION,
      peerName: `float32 and ${NATS_OF_PRECISION}`,
      goal: 1,
    }),
    lowerIsBetter({
      metric: 'processor time of it, bfloat16',
      unit: 'minutes',
      ours: bfloat16.processorMinutes,
      peer: first.processorMinutes,
      peerName: 'float32',
      goal: 0,
    }),
  ];
}
