// The common parts of the learners of texts and of pairs: steps, scores by the importance-weighted bound, and the state of the session.
import { countActiveUnits } from '#core/model/active-units.ts';
import { type ResolvedTextTrain, WARMUP_SHARE } from '#core/model/text/resolve-text-train.ts';
import type { Items } from '../../data/batches.ts';
import { byLength, cutRows, type Sides, sizeFor } from '../../data/text/length-groups.ts';
import { compile } from '../../engine/compile.ts';
import { slotNames, weightNames } from '../../engine/state.ts';
import type { OptimizerOptions, Program, StateMap } from '../../engine/types.ts';
import { importanceBound } from '../../evaluate/shared/importance-bound.ts';
import { mutualInformation } from '../../evaluate/shared/mutual-information.ts';
import { someTexts } from '../../evaluate/text/some-texts.ts';
import { meanSymbols } from '../../evaluate/text/text-bits.ts';
import type { Learner } from '../../learn/learner.ts';
import { stateParts } from '../../learn/session-learner.ts';
import { inBatches } from '../in-batches.ts';
import { sessionSteps } from '../session-steps.ts';
import { vaeFeeds } from '../vae/vae-schedule.ts';

const ADAM = { kind: 'adamw', beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 2e-2 } satisfies OptimizerOptions;
const SCORES = ['reconstructionLoss', 'klLoss', 'zMean', 'zLogVar', 'code', 'logWeight'] as const;
const LOSSES = ['loss', 'reconstructionLoss', 'klLoss'];
/** Draws of z for the bound of an epoch, and the maximum number of texts. */
const DRAWS = 4;
const SCORED_TEXTS = 4_000;

export type LengthPrograms = {
  /** Positions of each side that they take. */
  readonly size: Sides;
  readonly programs: Readonly<Record<'train' | 'evaluate', Program>>;
};

type OfLength = `train${number}` | `evaluate${number}`;

type TextSessionOptions<Name extends string> = {
  readonly train: ResolvedTextTrain;
  readonly state: StateMap;
  readonly programs: Readonly<Record<Name, Program>>;
  /** Positions of each side of a row of codes. */
  readonly sides: Sides;
  /** Programs for rows of each length, the shortest first; those of the last take every row. */
  readonly lengths: readonly LengthPrograms[];
  readonly batchSize: number;
  readonly towers: number;
  readonly stepsPerEpoch: number;
  readonly rateScale: number;
  /** Number of classes that the programs take; 0 = none. */
  readonly classes: number;
  /** Number of symbols that each code stands for. */
  readonly symbolsOfCode: Uint8Array;
  /** Further scalars of a training step, by the learning rate as a share of its maximum. */
  readonly moreFeeds?: (rateShare: number) => Readonly<Record<string, number>>;
  /** Added to the log weight of each item. */
  readonly logShareOf?: (items: Items, item: number) => number;
};

export function openTextSession<Name extends string>(options: TextSessionOptions<Name>) {
  const { train, state, programs, batchSize, towers, stepsPerEpoch, rateScale, classes, symbolsOfCode } = options;
  const { logShareOf, moreFeeds, sides, lengths } = options;
  const ofLength = lengths.flatMap(({ programs: own }, at) => [
    [`train${at}`, own.train],
    [`evaluate${at}`, own.evaluate],
  ]);
  const session = compile<OfLength | Name>({
    state,
    programs: { ...programs, ...Object.fromEntries(ofLength) } as Readonly<Record<OfLength | Name, Program>>,
    optimizer: { ...ADAM, clipNorm: train.clipNorm, emaDecay: 'asked' },
    seed: train.seed,
    towers,
    precision: train.precision,
  });
  const conditions = (label: Float32Array): Record<string, Float32Array> => (classes > 0 ? { label } : {});
  const weight = new Float32Array(batchSize).fill(1);
  const feedsAt = (step: number, budgetSpent: number) => {
    const { learningRate, beta } = vaeFeeds(train, { step, stepsPerEpoch, budgetSpent });
    // A budget may end long before the number of epochs over which beta would rise.
    const risen = Math.max(beta, train.beta * Math.min(1, budgetSpent / WARMUP_SHARE));
    const more = moreFeeds?.(learningRate / train.learningRate);
    return { learningRate: learningRate * rateScale, beta: risen, ...more };
  };
  const sizes = lengths.map(({ size }) => size);
  /** Returns the place of the programs that take a batch, and the batch without the padding that these do not take. */
  const fitted = (batch: Float32Array) => {
    const at = sizeFor(batch, sides, sizes);
    return { at, x: cutRows(batch, sides, sizes[at] as Sides) };
  };
  /** Runs of one step differ by their random draw, so each batch of each pass has its own number. */
  const evaluate = <Output extends string>(items: Items, names: readonly Output[], pass: number) => {
    let draw = pass * Math.ceil(items.items / batchSize);
    return inBatches(items, { batchSize, classes, order: byLength(items, sides) }, ({ x: whole, label }) => {
      const { at, x } = fitted(whole);
      const feeds = { x, ...conditions(label), weight, draw: draw++ };
      return session.run(`evaluate${at}`, feeds, names) as Record<Output, Float32Array>;
    });
  };
  const weighted = (logWeight: Float32Array, items: Items) =>
    logShareOf ? logWeight.map((log, item) => log + logShareOf(items, item)) : logWeight;
  const logWeights = (items: Items, pass: number) => weighted(evaluate(items, ['logWeight'], pass).logWeight, items);

  const steps = sessionSteps({ session, emaDecay: train.emaDecay, losses: LOSSES, feedsAt });
  const learner = {
    batchSize,
    selection: 'bitsPerSymbol',
    schedule: steps.schedule,
    get step() {
      return session.step;
    },
    train({ x: whole, label }, options) {
      const { at, x } = fitted(whole);
      return steps.runStep({ x, ...conditions(label) }, options, `train${at}`);
    },
    async score(all, yieldToEventLoop) {
      const split = someTexts(all, SCORED_TEXTS);
      const draws: Float32Array[] = [];
      let first: ReturnType<typeof evaluate<(typeof SCORES)[number]>> | undefined;
      for (let pass = 0; pass < DRAWS; pass++) {
        await yieldToEventLoop();
        if (first) draws.push(logWeights(split, pass));
        else {
          first = evaluate(split, SCORES, pass);
          draws.push(weighted(first.logWeight, split));
        }
      }
      const [reconstructionLoss, klLoss] = [meanOf(first?.reconstructionLoss), meanOf(first?.klLoss)];
      return {
        bitsPerSymbol: importanceBound(draws) / Math.LN2 / meanSymbols(split, symbolsOfCode),
        negativeElbo: reconstructionLoss + klLoss,
        reconstructionLoss,
        klLoss,
        activeUnits: countActiveUnits(first?.zMean ?? new Float32Array(0), train.latentDim),
        ...(first && { mutualInformation: mutualInformation(first, train.latentDim) }),
        latents: train.latentDim,
      };
    },
    logWeights,
    ...stateParts({ session, weights: weightNames(state), averageOf: slotNames.average }),
  } satisfies Partial<Learner>;
  // Getters are not copied with the others.
  return { session, evaluate, conditions, learner };
}

function meanOf(values: Float32Array = new Float32Array(0)): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
