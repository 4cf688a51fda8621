// Contestant: the convolutional VAE of the product, on its engine.
import { availableParallelism } from 'node:os';
import { compile } from '../../containers/trainer/engine/compile.ts';
import { tf } from '../../containers/trainer/engine/tensorflow.ts';
import { vae } from '../../containers/trainer/models/vae.ts';
import { answerRounds } from '../rounds.ts';
import { BATCH, LATENT_DIM, LEARNING_RATE, mnistBatches, SIZE, STEPS } from './setting.ts';

const model = vae({ width: SIZE, height: SIZE, channels: 1, latentDim: LATENT_DIM, classes: 0, batchSize: BATCH });
const session = compile({
  state: model.initialState(1),
  programs: { train: model.programs.train },
  optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  seed: 1,
  // Twice the cores: the activations of a smaller slice stay in the caches.
  towers: 2 * availableParallelism(),
  precision: 'float32',
});
const nextBatch = mnistBatches();

answerRounds({
  version: tf.version['tfjs-core'],
  items: BATCH,
  steps: STEPS,
  step: () => session.run('train', { x: nextBatch(), beta: 1, learningRate: LEARNING_RATE }, []),
});
