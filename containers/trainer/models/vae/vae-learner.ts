// The VAE family: one training program. Epochs are compared by the negative ELBO of the validation split.

import { permutation } from '#core/base/random.ts';
import { countActiveUnits } from '#core/model/active-units.ts';
import type { MetricValues } from '#core/model/metrics.ts';
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import type { Items } from '../../data/batches.ts';
import { compile } from '../../engine/compile.ts';
import { slotNames, weightNames } from '../../engine/state.ts';
import type { OptimizerOptions, Program, StateMap } from '../../engine/types.ts';
import { entropyBound } from '../../evaluate/shared/entropy-bound.ts';
import { heldOut } from '../../evaluate/shared/held-out.ts';
import type { Learner, LearnerOptions } from '../../learn/learner.ts';
import { sharedParts, sumOf } from '../../learn/session-learner.ts';
import type { ModelFamily } from '../family.ts';
import { inBatches, pickItems } from '../in-batches.ts';
import { describeLatents } from '../latent/describe-latents.ts';
import type { Encoded, fitLatents } from '../latent/latents.ts';
import { logDensitiesUnder } from '../latent/mixture.ts';
import { asMixture, type Codes } from '../latent/prior-bounds.ts';
import { tuneFlow, tuningPrograms } from '../latent/tune-flow.ts';
import type { Model } from '../model.ts';
import { sessionSteps } from '../session-steps.ts';
import { type VaeProgram, vae } from './vae.ts';
import { withMovedImages } from './vae-augment.ts';
import { drawingOf } from './vae-drawing.ts';
import { vaeFeeds } from './vae-schedule.ts';

const ADAM = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } satisfies OptimizerOptions;

const LOSSES = ['loss', 'reconstructionLoss', 'klLoss'];
const CODES = [
  ...(['zMean', 'zLogVar', 'code', 'base', 'klByUnit'] as const),
  ...(['reconstructionLoss', 'logPosterior', 'logWeight', 'meanDensity'] as const),
] as const;
const SCORES = ['reconstructionLoss', 'klLoss', 'zMean'];
/** Keeps the logarithm of a share finite. */
const LEAST_SHARE = 1e-30;
/** Maximum number of images whose latent means are used to count active units; a variance needs no more. */
const UNIT_ITEMS = 10_000;

export const vaeFamily: ModelFamily = {
  model: vae,
  openLearner(options) {
    const model = vae(options.model, options.train);
    const learner = openVae(options, { model, state: model.initialState(options.train.seed) });
    return options.train.augment ? withMovedImages(learner, options) : learner;
  },
};

type OpenedVae = {
  readonly model: Model<VaeProgram>;
  /** The initial weights. */
  readonly state: StateMap;
  /** Fits the mixture to the codes. @default fitLatents */
  readonly fitPrior?: typeof fitLatents;
};

/** Opens the learner of any VAE, whatever its network. */
export function openVae(options: LearnerOptions, { model, state, fitPrior }: OpenedVae): Learner {
  const { train, model: config, towers, rateScale, stepsPerEpoch, classShares } = options;
  const isFlow = train.prior === 'flow';
  const { encode, decode, ...rest } = model.programs;
  // Without a flow, base vectors are codes.
  const programs: Readonly<Record<string, Program>> = isFlow
    ? { ...rest, encode, decode, ...tuningPrograms(config) }
    : rest;
  const session = compile({
    state,
    programs,
    optimizer: { ...ADAM, clipNorm: train.clipNorm, emaDecay: 'asked' },
    seed: train.seed,
    towers,
    precision: train.precision,
  });
  const conditions = (label: Float32Array): Record<string, Float32Array> => (config.classes > 0 ? { label } : {});
  const logShares = Float32Array.from(
    classShares ?? [...Array(config.classes).fill(1 / config.classes), 0],
    (share: number) => Math.log(Math.max(share, LEAST_SHARE)),
  );
  const isMixed = isFlow && config.classes > 0 && !train.conditional;
  const conditionsAndShares = (label: Float32Array) => ({ ...conditions(label), ...(isMixed && { logShares }) });
  const drawing = drawingOf({ session, config, train, conditions });
  const feedsAt = (step: number, budgetSpent: number) => {
    const { learningRate, beta } = vaeFeeds(train, { step, stepsPerEpoch, budgetSpent });
    return { learningRate: learningRate * rateScale, beta };
  };

  const elbo = async (split: Items, yieldToEventLoop: () => Promise<void>) => {
    const means = new Float32Array(Math.min(split.items, UNIT_ITEMS) * config.latentDim);
    let [filled, klToMixture] = [0, 0];
    const mixture = drawing.mixture && asMixture(drawing.mixture);
    const wantedScores = mixture ? [...SCORES, 'code', 'logPosterior'] : SCORES;
    const sums = await heldOut(split, config, yieldToEventLoop, ({ x, label }, weight, draw) => {
      const scored = session.run('evaluate', { x, ...conditionsAndShares(label), weight, draw }, wantedScores);
      const wanted = (scored.zMean as Float32Array).subarray(
        0,
        Math.min(sumOf(weight) * config.latentDim, means.length - filled),
      );
      means.set(wanted, filled);
      filled += wanted.length;
      const logPrior = mixture && logDensitiesUnder(mixture, scored.code as Float32Array);
      logPrior?.forEach((log, i) => {
        klToMixture += (weight[i] as number) * ((scored.logPosterior?.[i] as number) - log);
      });
      return { reconstructionLoss: sumOf(scored.reconstructionLoss), klLoss: sumOf(scored.klLoss) };
    });
    const mixtureElbo = sums.reconstructionLoss + klToMixture / split.items;
    return { ...sums, ...(mixture && { mixtureElbo }), activeUnits: countActiveUnits(means, config.latentDim) };
  };

  const steps = sessionSteps({ session, emaDecay: train.emaDecay, losses: LOSSES, feedsAt });
  return {
    ...sharedParts({
      ...{ session, seed: train.seed, config, weights: weightNames(state), averageOf: slotNames.average },
      ...{ draw: drawing.draw, latents: drawing.latents },
    }),
    get isConditional() {
      return drawing.isConditional;
    },
    drawFrom: drawing.from,
    selection: 'negativeElbo',
    schedule: steps.schedule,
    get step() {
      return session.step;
    },
    train: ({ x, label }, options) => steps.runStep({ x, ...conditions(label) }, options, 'train'),
    async score(split, yieldToEventLoop): Promise<MetricValues> {
      const { reconstructionLoss, klLoss, activeUnits, ...others } = await elbo(split, yieldToEventLoop);
      const negativeElbo = reconstructionLoss + klLoss;
      return {
        negativeElbo,
        // The prior chosen after training can be nearer to the codes than the prior of training.
        ...others,
        ...namedBy(train.likelihood, negativeElbo, split),
        reconstructionLoss,
        klLoss,
        activeUnits,
      };
    },
    logWeights(items, draw) {
      // Runs of one step differ by their random draw, so each batch of each pass has its own number.
      const batches = Math.ceil(items.items / config.batchSize);
      let position = draw * batches;
      const weight = new Float32Array(config.batchSize);
      const { logWeight } = inBatches(items, config, ({ x, label }) => {
        const feed = { x, ...conditionsAndShares(label), weight, draw: position++ };
        return { logWeight: session.run('evaluate', feed, ['logWeight']).logWeight as Float32Array };
      });
      return logWeight;
    },
    reconstruct(items) {
      const { pixels } = inBatches(items, config, ({ x, label }) => {
        return { pixels: session.run('reconstruct', { x, ...conditions(label) }).pixels as Float32Array };
      });
      return Uint8Array.from(pixels, (value) => Math.round(value * 255));
    },
    ...(isFlow &&
      ({
        async tuneFlow({ train: items, validation }, yieldToEventLoop) {
          const encoded = (split: Items): Encoded => {
            const codes = inBatches(split, config, ({ x, label }) => {
              return session.run('encode', { x, ...conditions(label) }, ['zMean', 'zLogVar']) as Pick<
                Encoded,
                'zMean' | 'zLogVar'
              >;
            });
            return { ...codes, labels: split.labels };
          };
          const codes = { train: encoded(items), heldOut: encoded(validation) };
          return tuneFlow({ session, codes, config, seed: train.seed, yieldToEventLoop });
        },
      } satisfies Pick<Learner, 'tuneFlow'>)),
    describeLatents({ train: items, validation }) {
      const weight = new Float32Array(config.batchSize).fill(1);
      const encode = (split: Items): Codes => {
        const order = permutation(train.seed, 'latents', split.items).subarray(0, UNIT_ITEMS);
        const chosen = pickItems(split, order);
        let position = 0;
        const codes = inBatches(chosen, config, ({ x, label }) => {
          const feed = { x, ...conditionsAndShares(label), weight, draw: position++ };
          return session.run('evaluate', feed, [...CODES]) as Record<(typeof CODES)[number], Float32Array>;
        });
        return { ...codes, labels: chosen.labels };
      };
      return describeLatents({
        train: encode(items),
        heldOut: encode(validation),
        classes: items.classes,
        config,
        settings: train,
        fitPrior,
      });
    },
  };
}

/**
 * Returns the bound as the metric that suits the likelihood: nats above the entropy of the pixels, bits per value, or neither.
 */
function namedBy(likelihood: ResolvedTrain['likelihood'], negativeElbo: number, split: Items): MetricValues {
  switch (likelihood) {
    case 'bernoulli':
      return { excess: negativeElbo - entropyBound(split) };
    case 'logistic':
      return { bitsPerDim: negativeElbo / (split.size * Math.LN2) };
    case 'gaussian':
      return {};
  }
}
