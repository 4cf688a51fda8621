// Contestant: a model of the product, or for `mlp-vae` one of the engine alone. Arguments: model, precision.
import { availableParallelism } from 'node:os';
import { planTrainingBatches } from '../../containers/trainer/data/batches.ts';
import { compile } from '../../containers/trainer/engine/compile.ts';
import { tf } from '../../containers/trainer/engine/tensorflow.ts';
import type { Program, StateMap } from '../../containers/trainer/engine/types.ts';
import { gan } from '../../containers/trainer/models/gan/gan.ts';
import { vae } from '../../containers/trainer/models/vae/vae.ts';
import { answerRounds } from '../rounds.ts';
import { mlpVae } from './mlp-vae.ts';
import { BATCHES, LATENT_DIM, LEARNING_RATE, mnistBatches, SIZE, STEPS, type TrainedModel } from './setting.ts';

const [model, precision] = process.argv.slice(2) as [TrainedModel, 'float32' | 'bfloat16'];
const batchSize = BATCHES[model];
const cores = availableParallelism();
const ITEMS = 60_000;
const config = { width: SIZE, height: SIZE, channels: 1, latentDim: LATENT_DIM, classes: 0, batchSize } as const;
const nextBatch = mnistBatches(batchSize);
const learningRate = LEARNING_RATE;

answerRounds({ version: tf.version['tfjs-core'], items: batchSize, steps: STEPS, step: stepOf() });

function stepOf(): () => void {
  if (model === 'wgan-gp') {
    const { initialState, programs } = gan(config, { preset: 'wgan-gp', augment: false, r1Gamma: 0 });
    const { criticPenalised, generator } = programs;
    const session = opened(initialState(1), { criticPenalised, generator }, { beta1: 0, beta2: 0.99 });
    const label = new Float32Array(0);
    return () => {
      session.run('criticPenalised', { x: nextBatch(), label, learningRate }, []);
      session.run('generator', { label, learningRate }, []);
    };
  }
  const { initialState, train } = model === 'conv-vae' ? convVae() : mlpVae(batchSize);
  const session = opened(initialState(1), { train }, { beta1: 0.9, beta2: 0.999 });
  return () => void session.run('train', { x: nextBatch(), beta: 1, learningRate }, []);
}

function convVae() {
  const { initialState, programs } = vae(config);
  return { initialState, train: programs.train };
}

function opened<Name extends string>(
  state: StateMap,
  programs: Readonly<Record<Name, Program>>,
  betas: { beta1: number; beta2: number },
) {
  const planned = planTrainingBatches({ batchSize, items: ITEMS, cores, device: 'cpu', precision });
  // The trainer's plan is for convolutions. Slices of a dense layer's batch only read its weights more often.
  const towers = model === 'mlp-vae' ? cores : planned.towers;
  return compile({
    state,
    programs,
    optimizer: { kind: 'adam', ...betas, epsilon: 1e-8 },
    seed: 1,
    towers,
    precision,
  });
}
