// Trains the VAE of a table: epochs are compared by the negative ELBO of held-out rows.
import { chooseWeighted, normals, uniforms } from '#core/base/random.ts';
import type { Items } from '../../data/batches.ts';
import { compile } from '../../engine/compile.ts';
import { slotNames, weightNames } from '../../engine/state.ts';
import type { OptimizerOptions } from '../../engine/types.ts';
import { heldOut } from '../../evaluate/shared/held-out.ts';
import type { Learner } from '../../learn/learner.ts';
import { stateParts, sumOf } from '../../learn/session-learner.ts';
import { sessionSteps } from '../session-steps.ts';
import { vaeFeeds } from '../vae/vae-schedule.ts';
import { SHOWN_ROWS } from './shown-rows.ts';
import { fillOneHot } from './table-layout.ts';
import type { TableLearnerOptions } from './table-learner-options.ts';
import { tableVae } from './table-vae.ts';

const ADAM = { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 1e-4 } satisfies OptimizerOptions;
const LOSSES = ['loss', 'reconstructionLoss', 'klLoss'];

/** Opens the learner. Rows are codes: `generate` and `samples` return [count, sub-columns]. */
export function openTableVae(options: TableLearnerOptions): Learner {
  const { train, layout, logShares, batchSize, towers, stepsPerEpoch, rateScale } = options;
  const { latentDim, freeBits, seed } = train;
  const model = tableVae({ layout, latentDim, batchSize, freeBits });
  const state = model.initialState(seed, logShares);
  const session = compile({
    state,
    programs: model.programs,
    optimizer: { ...ADAM, clipNorm: train.clipNorm, emaDecay: 'asked' },
    seed,
    towers,
    precision: train.precision,
  });
  const x = new Float32Array(batchSize * layout.codes);
  const feedsAt = (step: number, budgetSpent: number) => {
    const { learningRate, beta } = vaeFeeds(train, { step, stepsPerEpoch, budgetSpent });
    return { learningRate: learningRate * rateScale, beta };
  };
  const drawRows = (count: number, stream: string): Uint8Array => {
    const width = layout.subColumns.length;
    const out = new Uint8Array(count * width);
    for (let first = 0; first < count; first += SHOWN_ROWS) {
      const rows = drawBlock(`${stream}/${first}`);
      out.set(rows.subarray(0, Math.min(SHOWN_ROWS, count - first) * width), first * width);
    }
    return out;
  };
  /** Draws one sub-column after the other from the probabilities of the decoder. */
  function drawBlock(stream: string): Uint8Array {
    const { subColumns, codes } = layout;
    const width = subColumns.length;
    const shown = new Float32Array(SHOWN_ROWS * codes);
    const given = new Float32Array(SHOWN_ROWS * (codes + width));
    for (let row = 0; row < SHOWN_ROWS; row++)
      given.fill(1, row * (codes + width) + codes, (row + 1) * (codes + width));
    const noise = normals(seed, `${stream}/z`, SHOWN_ROWS * latentDim);
    const rows = new Uint8Array(SHOWN_ROWS * width);
    for (const [place, { offset, codes: count }] of subColumns.entries()) {
      const logits = session.run('logits', { x: shown, given, noise }).logits as Float32Array;
      const draws = uniforms(seed, `${stream}/${place}`, SHOWN_ROWS);
      for (let row = 0; row < SHOWN_ROWS; row++) {
        const code = drawCode(
          logits.subarray(row * codes + offset, row * codes + offset + count),
          draws[row] as number,
        );
        rows[row * width + place] = code;
        shown[row * codes + offset + code] = 1;
      }
    }
    return rows;
  }

  const steps = sessionSteps({ session, emaDecay: train.emaDecay, losses: LOSSES, feedsAt });
  return {
    batchSize,
    isConditional: false,
    selection: 'negativeElbo',
    schedule: steps.schedule,
    get step() {
      return session.step;
    },
    train(batch, options) {
      fillOneHot(x, layout, batch.x);
      return steps.runStep({ x }, options, 'train');
    },
    async score(split: Items, yieldToEventLoop) {
      const { reconstructionLoss, klLoss } = await heldOut(
        split,
        { batchSize, classes: 0 },
        yieldToEventLoop,
        (batch, weight, draw) => {
          fillOneHot(x, layout, batch.x);
          const scored = session.run('evaluate', { x, weight, draw });
          return { reconstructionLoss: sumOf(scored.reconstructionLoss), klLoss: sumOf(scored.klLoss) };
        },
      );
      return { negativeElbo: reconstructionLoss + klLoss, reconstructionLoss, klLoss };
    },
    generate: ({ count, stream }) => drawRows(count, stream),
    samples: () => drawRows(SHOWN_ROWS, 'samples'),
    ...stateParts({ session, weights: weightNames(state), averageOf: slotNames.average }),
  };
}

/** Draws a code by its probability; `draw` is in [0, 1). */
export function drawCode(logits: Float32Array, draw: number): number {
  const highest = logits.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const weights = Float64Array.from(logits, (value) => Math.exp(value - highest));
  return chooseWeighted(weights, draw);
}
