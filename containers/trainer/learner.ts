// A model with its session, as the training loop sees it. Another model family is another maker of these.

import { FAILURE, GoldpanError } from '#core/errors.ts';
import { normals } from '#core/random.ts';
import type { TrainConfig } from '#core/train-config.ts';
import { compile } from './engine/compile.ts';
import { weightNames } from './engine/state.ts';
import type { OptimizerOptions, Session, StateMap } from './engine/types.ts';
import type { ImageModelConfig } from './models/model.ts';
import { MODELS } from './models/registry.ts';

/** A grid of 8 x 8. */
export const GRID_ITEMS = 64;
const ADAM = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } satisfies OptimizerOptions;

export interface Losses {
  readonly loss: number;
  readonly reconstructionLoss: number;
  readonly klLoss: number;
}

export interface Learner {
  readonly batchSize: number;
  /** Training steps done. */
  readonly step: number;
  /** One step on a batch of pixels in [0, 1]; means per item of the batch. */
  train(x: Float32Array): Losses;
  /** Sums over the batch, each item times its weight. `draw` tells the batches of one split apart. */
  score(x: Float32Array, weight: Float32Array, draw: number): Omit<Losses, 'loss'>;
  /** GRID_ITEMS images from latent vectors that never change, uint8 one after the other. */
  samples(): Uint8Array;
  save(): StateMap;
  load(state: StateMap): void;
  /** The weights alone, without what the optimizer remembers. */
  weights(): StateMap;
  dispose(): void;
}

export interface LearnerOptions {
  readonly train: TrainConfig;
  readonly model: ImageModelConfig;
  readonly towers: number;
}

/** Compiles the model; its weights are the first ones of the run's seed. Throws UnknownModelError. */
export function openLearner({ train, model: config, towers }: LearnerOptions): Learner {
  if (!Object.hasOwn(MODELS, train.model)) {
    throw new GoldpanError(FAILURE.unknownModel, `there is no model ${train.model}: there are ${Object.keys(MODELS)}`);
  }
  const model = MODELS[train.model](config);
  const { train: trainProgram, evaluate, sample } = model.programs;
  const state = model.initialState(train.seed);
  const session = compile({
    state,
    programs: { train: trainProgram, evaluate, sample },
    optimizer: { ...ADAM, clipNorm: train.clipNorm },
    seed: train.seed,
    towers,
    precision: 'float32',
  });
  const latents = normals(train.seed, 'samples', GRID_ITEMS * config.latentDim);
  return learnerOf(session, { train, config, weights: weightNames(state), latents });
}

interface Parts {
  readonly train: TrainConfig;
  readonly config: ImageModelConfig;
  readonly weights: readonly string[];
  readonly latents: Float32Array;
}

function learnerOf(
  session: Session<'train' | 'evaluate' | 'sample'>,
  { train, config, weights, latents }: Parts,
): Learner {
  const { batchSize, latentDim } = config;
  const { learningRate, beta } = train;
  return {
    batchSize,
    get step() {
      return session.step;
    },
    train(x) {
      const { loss, reconstructionLoss, klLoss } = session.run('train', { x, beta, learningRate });
      return { loss: scalar(loss), reconstructionLoss: scalar(reconstructionLoss), klLoss: scalar(klLoss) };
    },
    score(x, weight, draw) {
      const { reconstructionLoss, klLoss } = session.run('evaluate', { x, weight, draw });
      return { reconstructionLoss: sum(reconstructionLoss), klLoss: sum(klLoss) };
    },
    samples() {
      const size = config.height * config.width * config.channels;
      const out = new Uint8Array(GRID_ITEMS * size);
      const z = new Float32Array(batchSize * latentDim);
      for (let first = 0; first < GRID_ITEMS; first += batchSize) {
        const count = Math.min(batchSize, GRID_ITEMS - first);
        z.set(latents.subarray(first * latentDim, (first + count) * latentDim));
        const { pixels } = session.run('sample', { z });
        const drawn = pixels?.subarray(0, count * size) ?? [];
        out.set(
          Uint8Array.from(drawn, (value) => Math.round(value * 255)),
          first * size,
        );
      }
      return out;
    },
    save: () => session.save(),
    load: (state) => session.load(state),
    weights: () => session.fetch(weights),
    dispose: () => session.dispose(),
  };
}

function scalar(values: Float32Array | undefined): number {
  return values?.[0] ?? Number.NaN;
}

function sum(values: Float32Array | undefined): number {
  return values?.reduce((total, value) => total + value, 0) ?? Number.NaN;
}
