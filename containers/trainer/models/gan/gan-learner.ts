// The GAN family: alternating steps of critic and generator. Epochs are compared by the KID of samples of the averaged generator.
import { oneHot } from '../../data/batches.ts';
import { compile } from '../../engine/compile.ts';
import { slotNames, weightNames } from '../../engine/state.ts';
import type { OptimizerOptions } from '../../engine/types.ts';
import { heldOut } from '../../evaluate/shared/held-out.ts';
import type { Learner, LearnerOptions, StepReport } from '../../learn/learner.ts';
import { sharedParts, stepReport } from '../../learn/session-learner.ts';
import type { ModelFamily } from '../family.ts';
import { averageDecay, rateShare } from '../rate-schedule.ts';
import { type GanProgram, gan, objectiveOf } from './gan.ts';

/** No first moment: earlier gradients were taken against another opponent (Karras et al. 2020). */
const ADAM = { kind: 'adam', beta1: 0, beta2: 0.99, epsilon: 1e-8 } satisfies OptimizerOptions;
/** Number of batches whose statistics the norms of the averaged generator take over before it is scored or sampled. */
const CALIBRATION_BATCHES = 16;

export const ganFamily: ModelFamily = { model: gan, openLearner };

function openLearner({ train, model: config, towers, stepsPerEpoch, rateScale }: LearnerOptions): Learner {
  const { programs, initialState } = gan(config, train);
  const { penaltyEvery, criticTurns } = objectiveOf(train);
  const state = initialState(train.seed);
  const session = compile<GanProgram>({
    state,
    programs,
    optimizer: { ...ADAM, clipNorm: train.clipNorm, emaDecay: 'fed', emaParts: ['generator'] },
    seed: train.seed,
    towers,
    precision: train.precision,
  });
  const drawing = weightNames(state).filter((name) => !name.startsWith('critic/'));
  const averageOf = (name: string) => (name.startsWith('generator/') ? slotNames.average(name) : name);
  const draw = (z: Float32Array, label: Float32Array) =>
    session.run('sample', config.classes > 0 ? { z, label } : { z }).pixels as Float32Array;
  const shared = sharedParts({ session, seed: train.seed, config, weights: drawing, averageOf, draw });
  /** The generator is trained in every `criticTurns`-th step, which the session counts as a step of its own. */
  const stepsDone = () => session.step - Math.floor(session.step / (criticTurns + 1));

  const rateAt = (step: number, budgetSpent: number) => ({
    learningRate: train.learningRate * rateScale * rateShare(train, { step, stepsPerEpoch, budgetSpent }),
  });

  const calibrate = (): void => {
    const label = evenLabels(config.batchSize, config.classes);
    for (let batch = 0; batch < CALIBRATION_BATCHES; batch++) {
      session.run('calibrate', { label, share: 1 / (batch + 1), draw: batch });
    }
  };

  return {
    ...shared,
    selection: 'kid',
    schedule: (budgetSpent) => rateAt(Math.max(0, stepsDone() - 1), budgetSpent),
    get step() {
      return stepsDone();
    },
    train({ x, label }, options) {
      const step = stepsDone() + 1;
      const schedule = rateAt(step - 1, options?.budgetSpent ?? 0);
      const critic = step % penaltyEvery === 0 ? 'criticPenalised' : 'critic';
      const norms = (program: GanProgram) => (options?.norms ? session.norms(program) : []);
      const own = ['criticLoss', 'realLogit', 'drawnLogit', ...(critic === 'critic' ? [] : ['penalty'])];
      const criticised = session.run(critic, { x, label, ...schedule }, [...own, ...norms(critic)]);
      const isGeneratorsTurn = step % criticTurns === 0;
      const generated = isGeneratorsTurn
        ? session.run('generator', { label, ...schedule, emaDecay: averageDecay(train.emaDecay, step) }, [
            'generatorLoss',
            ...norms('generator'),
          ])
        : {};
      return turnReport(criticised, generated);
    },
    async score(split, yieldToEventLoop) {
      calibrate();
      const { logit } = await heldOut(split, config, yieldToEventLoop, ({ x, label }, weight) => {
        const logits = session.run('judge', { x, label }).logit as Float32Array;
        return { logit: logits.reduce((sum, each, item) => sum + each * (weight[item] as number), 0) };
      });
      return { heldOutLogit: logit };
    },
    samples() {
      calibrate();
      return shared.samples();
    },
    use: (weights, step) => shared.use(weights, step + Math.floor(step / criticTurns)),
  };
}

type Fetched = Readonly<Record<string, Float32Array>>;

/**
 * Terms that a step did not compute count as 0, so that the mean of an epoch is the mean of what was added to the loss.
 */
function turnReport(criticised: Fetched, generated: Fetched): StepReport {
  const [critic, generator] = [stepReport(criticised), stepReport(generated)];
  const { criticLoss, penalty = 0, realLogit, drawnLogit } = critic.losses as Record<string, number>;
  const { generatorLoss = 0 } = generator.losses as Record<string, number>;
  const own = { criticLoss, penalty, generatorLoss, realLogit, drawnLogit } as Record<string, number>;
  const losses = { ...own, loss: (criticLoss as number) + penalty + generatorLoss };
  if (!critic.norms) return { losses };
  const both = (which: 'gradients' | 'activations') => ({ ...critic.norms?.[which], ...generator.norms?.[which] });
  return { losses, norms: { gradients: both('gradients'), activations: both('activations') } };
}

/** Returns the classes in turn, one-hot. */
function evenLabels(batchSize: number, classes: number): Float32Array {
  const label = new Float32Array(batchSize * classes);
  oneHot(
    label,
    Int32Array.from({ length: batchSize }, (_, item) => (classes === 0 ? -1 : item % classes)),
    classes,
  );
  return label;
}
