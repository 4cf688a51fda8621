// The VAE family: one training program, epochs compared by the negative ELBO of the validation split.
import type { Figures } from '#core/figures.ts';
import { compile } from '../engine/compile.ts';
import { weightNames } from '../engine/state.ts';
import type { OptimizerOptions } from '../engine/types.ts';
import { heldOut } from '../evaluate/held-out.ts';
import type { Learner, LearnerOptions } from '../learner.ts';
import { sharedParts, stepReport, sumOf } from '../session-learner.ts';
import type { Family } from './family.ts';
import { vae } from './vae.ts';

const ADAM = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } satisfies OptimizerOptions;

const LOSSES = ['loss', 'reconstructionLoss', 'klLoss'];

export const vaeFamily: Family = { model: vae, openLearner };

function openLearner({ train, model: config, towers, rateScale }: LearnerOptions): Learner {
  const model = vae(config);
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
  const schedule = { learningRate: train.learningRate * rateScale, beta: train.beta };
  const draw = (z: Float32Array) => session.run('sample', { z }).pixels as Float32Array;
  return {
    ...sharedParts({ session, seed: train.seed, config, weights: weightNames(state), draw }),
    selection: 'negativeElbo',
    schedule,
    get step() {
      return session.step;
    },
    train({ x }, options) {
      const fetch = [...LOSSES, ...(options?.norms ? session.norms('train') : [])];
      return stepReport(session.run('train', { x, ...schedule }, fetch));
    },
    async score(split, breathe): Promise<Figures> {
      const { reconstructionLoss, klLoss } = await heldOut(split, config, breathe, ({ x }, weight, draw) => {
        const sums = session.run('evaluate', { x, weight, draw });
        return { reconstructionLoss: sumOf(sums.reconstructionLoss), klLoss: sumOf(sums.klLoss) };
      });
      return { negativeElbo: reconstructionLoss + klLoss, reconstructionLoss, klLoss };
    },
  };
}
