// Contestant: a model of the product, or for `mlp-vae` one of the engine alone. Arguments: model, precision. BENCH_DEVICE=gpu: on a GPU.
import { availableParallelism } from 'node:os';
import { planTrainingBatches } from '../../containers/trainer/data/batches.ts';
import { deviceInUse } from '../../containers/trainer/engine/binding.ts';
import { compile } from '../../containers/trainer/engine/compile.ts';
import { tf } from '../../containers/trainer/engine/tensorflow.ts';
import type { OptimizerOptions, Program, StateMap } from '../../containers/trainer/engine/types.ts';
import { gan } from '../../containers/trainer/models/gan/gan.ts';
import { photo } from '../../containers/trainer/models/photo/photo.ts';
import { vae } from '../../containers/trainer/models/vae/vae.ts';
import { answerRounds } from '../rounds.ts';
import { mlpVae } from './mlp-vae.ts';
import * as setting from './setting.ts';

const [model, precision] = process.argv.slice(2) as [setting.TrainedModel, 'float32' | 'bfloat16'];
const device = process.env.BENCH_DEVICE === 'gpu' ? 'gpu' : 'cpu';
if (deviceInUse() !== device) throw new Error(`TensorFlow works on the ${deviceInUse()}, not on the ${device}`);
const batchSize = setting.BATCHES[model];
const cores = availableParallelism();
const ITEMS = 60_000;
const learningRate = setting.LEARNING_RATE;
const EMA_DECAY = 0.999;
const label = new Float32Array(0);

answerRounds({ version: tf.version['tfjs-core'], items: batchSize, steps: setting.STEPS, step: stepOf() });

function stepOf(): () => void {
  if (model === 'photo-vae') return photoStep();
  const nextBatch = setting.mnistBatches(batchSize);
  const { SIZE, LATENT_DIM } = setting;
  const config = { width: SIZE, height: SIZE, channels: 1, latentDim: LATENT_DIM, classes: 0, batchSize } as const;
  if (model === 'wgan-gp') {
    const { initialState, programs } = gan(config, { preset: 'wgan-gp', augment: false, r1Gamma: 0 });
    const { criticPenalised, generator } = programs;
    const session = opened(initialState(1), { criticPenalised, generator }, { beta1: 0, beta2: 0.99 });
    return () => {
      session.run('criticPenalised', { x: nextBatch(), label, learningRate }, []);
      session.run('generator', { label, learningRate }, []);
    };
  }
  const convVae = () => {
    const { initialState, programs } = vae(config);
    return { initialState, train: programs.train };
  };
  const { initialState, train } = model === 'conv-vae' ? convVae() : mlpVae(batchSize);
  const session = opened(initialState(1), { train }, { beta1: 0.9, beta2: 0.999 });
  return () => void session.run('train', { x: nextBatch(), beta: 1, learningRate }, []);
}

/** A step of the first stage, which is most of a run: what a photo loses on the way through the code, seen by the frozen network. */
function photoStep(): () => void {
  const nextBatch = setting.photoBatches(batchSize);
  const { initialState, programs } = photo(
    { ...setting.PHOTO, classes: 0, batchSize },
    { model: 'vae', augment: false },
  );
  const { reconstructive } = programs;
  const averaged = { emaDecay: 'fed', emaParts: ['encoder', 'decoder'] } as const;
  const session = opened(initialState(1), { reconstructive }, { beta1: 0.5, beta2: 0.99, ...averaged });
  const fed = { beta: 1, learningRate, emaDecay: EMA_DECAY };
  return () => void session.run('reconstructive', { x: nextBatch(), ...fed }, []);
}

function opened<Name extends string>(
  state: StateMap,
  programs: Readonly<Record<Name, Program>>,
  changes: Pick<OptimizerOptions, 'beta1' | 'beta2' | 'emaDecay' | 'emaParts'>,
) {
  const planned = planTrainingBatches({ batchSize, items: ITEMS, cores, device, precision });
  // The trainer's plan is for convolutions. Slices of a dense layer's batch only read its weights more often.
  const towers = model === 'mlp-vae' && device === 'cpu' ? cores : planned.towers;
  return compile({
    state,
    programs,
    optimizer: { kind: 'adam', ...changes, epsilon: 1e-8 },
    seed: 1,
    towers,
    precision,
  });
}
