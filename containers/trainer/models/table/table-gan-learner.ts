// Trains the GAN of a table. It has no likelihood, so epochs are compared by the distance of columns and pairs of columns of drawn rows
// from those of held-out rows.
import { normals, uniforms } from '#core/base/random.ts';
import { drawCodes } from '#core/model/table/draw-codes.ts';
import { conditionDraws } from '#core/model/table/generator-sampler.ts';
import { compile } from '../../engine/compile.ts';
import { slotNames, weightNames } from '../../engine/state.ts';
import type { OptimizerOptions } from '../../engine/types.ts';
import { marginalAccuracy } from '../../evaluate/table/marginals.ts';
import type { Learner } from '../../learn/learner.ts';
import { stateParts, stepReport } from '../../learn/session-learner.ts';
import { averageDecay, rateShare } from '../rate-schedule.ts';
import { ganConditions } from './gan-conditions.ts';
import { SHOWN_ROWS } from './shown-rows.ts';
import { type TableGanProgram, tableGan } from './table-gan.ts';
import type { TableLearnerOptions } from './table-learner-options.ts';

/** As in CTGAN. */
const ADAM = { kind: 'adam', beta1: 0.5, beta2: 0.9, epsilon: 1e-8 } satisfies OptimizerOptions;
/** Number of batches whose statistics the norms of the averaged generator take over before it is scored or sampled. */
const CALIBRATION_BATCHES = 16;
const MOST_SCORED = 4_096;

/** Opens the learner. Rows are codes: `generate` and `samples` return [count, sub-columns]. */
export function openTableGan(options: TableLearnerOptions): Learner {
  const { train, layout, logShares, batchSize, stepsPerEpoch, rateScale, trainCodes } = options;
  const { latentDim, seed } = train;
  const { codes, subColumns } = layout;
  const width = subColumns.length;
  const model = tableGan({ layout, latentDim, batchSize });
  const state = model.initialState(seed, logShares);
  const session = compile<TableGanProgram>({
    state,
    programs: model.programs,
    optimizer: { ...ADAM, clipNorm: train.clipNorm, emaDecay: 'fed', emaParts: ['generator'] },
    seed,
    towers: 1,
    precision: train.precision,
  });
  const conditions = ganConditions(layout, trainCodes);
  const weights = weightNames(state).filter((name) => !name.startsWith('critic/'));
  const averageOf = (name: string) => (name.startsWith('generator/') ? slotNames.average(name) : name);
  const shared = stateParts({ session, weights, averageOf });
  const x = new Float32Array(batchSize * codes);
  const condition = new Float32Array(batchSize * conditions.shares.length);
  /** The session counts the steps of both halves. */
  const stepsDone = () => session.step >> 1;
  const rateAt = (step: number, budgetSpent: number) => ({
    learningRate: train.learningRate * rateScale * rateShare(train, { step, stepsPerEpoch, budgetSpent }),
  });

  function calibrate(): void {
    for (let batch = 0; batch < CALIBRATION_BATCHES; batch++) {
      const shares = uniforms(seed, `calibration/${batch}`, batchSize);
      session.run('calibrate', {
        condition: conditionDraws(conditions.shares, shares),
        share: 1 / (batch + 1),
        draw: batch,
      });
    }
  }
  function drawRows(count: number, stream: string): Uint8Array {
    const out = new Uint8Array(count * width);
    for (let first = 0; first < count; first += SHOWN_ROWS) {
      const block = `${stream}/${first}`;
      const logits = session.run('logits', {
        noise: normals(seed, `${block}/z`, SHOWN_ROWS * latentDim),
        condition: conditionDraws(conditions.shares, uniforms(seed, `${block}/condition`, SHOWN_ROWS)),
      }).logits as Float32Array;
      const draws = uniforms(seed, `${block}/codes`, SHOWN_ROWS * width);
      const rows = drawCodes({ logits, subColumns, draws });
      out.set(rows.subarray(0, Math.min(SHOWN_ROWS, count - first) * width), first * width);
    }
    return out;
  }

  return {
    batchSize,
    isConditional: false,
    selection: 'marginalDistance',
    schedule: (budgetSpent) => rateAt(Math.max(0, stepsDone() - 1), budgetSpent),
    get step() {
      return stepsDone();
    },
    train(_batch, stepOptions) {
      const step = stepsDone() + 1;
      const schedule = rateAt(step - 1, stepOptions?.budgetSpent ?? 0);
      const norms = (program: TableGanProgram) => (stepOptions?.norms ? session.norms(program) : []);
      conditions.fill(x, condition, { seed, step });
      const own = ['criticLoss', 'penalty', 'realLogit', 'drawnLogit'];
      const criticised = stepReport(session.run('critic', { x, condition, ...schedule }, [...own, ...norms('critic')]));
      const emaDecay = averageDecay(train.emaDecay, step);
      const generated = stepReport(
        session.run('generator', { condition, ...schedule, emaDecay }, [
          ...['generatorLoss', 'conditionLoss'],
          ...norms('generator'),
        ]),
      );
      const losses = { ...criticised.losses, ...generated.losses };
      const { criticLoss = 0, penalty = 0, generatorLoss = 0, conditionLoss = 0 } = losses as Record<string, number>;
      const both = { ...losses, loss: criticLoss + penalty + generatorLoss + conditionLoss };
      if (!criticised.norms || !generated.norms) return { losses: both };
      const joined = (which: 'gradients' | 'activations') => ({
        ...criticised.norms?.[which],
        ...generated.norms?.[which],
      });
      return { losses: both, norms: { gradients: joined('gradients'), activations: joined('activations') } };
    },
    async score(split, yieldToEventLoop) {
      calibrate();
      await yieldToEventLoop();
      const count = Math.min(split.items, MOST_SCORED);
      const held = split.bytes.subarray(0, count * width);
      const accuracy = marginalAccuracy(columnsOf(held, width), columnsOf(drawRows(count, 'scored'), width), seed);
      const { marginals1, marginals2 } = accuracy;
      return { marginalDistance: 1 - (Number.isNaN(marginals2) ? marginals1 : marginals2) };
    },
    generate({ count, stream }) {
      return drawRows(count, stream);
    },
    samples() {
      calibrate();
      return drawRows(SHOWN_ROWS, 'samples');
    },
    ...shared,
    use: (chosen, step) => shared.use(chosen, 2 * step),
  };
}

function columnsOf(codes: Uint8Array, width: number): number[][] {
  return Array.from({ length: width }, (_, place) =>
    Array.from({ length: codes.length / width }, (__, row) => codes[row * width + place] as number),
  );
}
