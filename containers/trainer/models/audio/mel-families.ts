// The families of models of clips by the name in the configuration of a dataset. They learn log-mel images.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import type { TrainConfig } from '#core/kinds/train-config.ts';
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import type { Items } from '../../data/batches.ts';
import type { Learner, LearnerOptions } from '../../learn/learner.ts';
import { ganFamily } from '../gan/gan-learner.ts';
import type { ImageModelConfig, Model } from '../model.ts';
import { vae } from '../vae/vae.ts';
import { openVae } from '../vae/vae-learner.ts';
import { linearGaussian } from './linear-gaussian.ts';
import { fitMelLatents } from './mel-latents.ts';
import { melNetwork } from './mel-network.ts';
import { principalComponents } from './principal-components.ts';
import { mostFramesMoved, variedBatch, variedItems } from './vary-pictures.ts';

/** Variants of each clip whose codes the distribution is fitted to, and the number of codes at most. */
const VARIANTS = 2;
const MOST_CODES = 10_000;

export type MelFamily = {
  model(config: ImageModelConfig, train: ResolvedTrain): Model;
  /** Opens the learner. `items` is the train split, for families that start from its principal components. */
  openLearner(options: LearnerOptions, items: Items): Learner;
};

/** Starts as principal components and learns corrections. */
const melVae: MelFamily = linearStart(true);

/** Principal components and a mixture of Gaussians per class: nothing is trained. */
const pcaMixture: MelFamily = {
  ...linearStart(false),
  openLearner(options, items) {
    const learner = linearStart(false).openLearner(options, items);
    const isConditional = items.labels.some((label) => label >= 0);
    const untrained: Pick<Learner, 'isConditional' | 'train'> = {
      isConditional,
      train: () => ({ losses: { loss: 0 } }),
    };
    return Object.create(learner, Object.getOwnPropertyDescriptors(untrained));
  },
};

const gan: MelFamily = { model: ganFamily.model, openLearner: (options) => ganFamily.openLearner(options) };

const FAMILIES: Readonly<Partial<Record<TrainConfig['model'], MelFamily>>> = {
  vae: melVae,
  'pca-mixture': pcaMixture,
  gan,
};

/** Returns the family. Throws UnknownModelError. */
export function melFamilyOf(name: TrainConfig['model']): MelFamily {
  const family = FAMILIES[name];
  if (family) return family;
  throw new GoldpanError(
    FAILURE.unknownModel,
    `There is no model family ${name} for clips. The families are ${Object.keys(FAMILIES).join(', ')}.`,
  );
}

/**
 * Selects epochs by the training loss, in which the KL is multiplied by beta: samples come from the distribution of the codes, not from the
 * normal prior.
 */
function selectedByLoss(learner: Learner, { beta }: ResolvedTrain): Learner {
  const selecting: Pick<Learner, 'selection' | 'score'> = {
    selection: 'weightedElbo',
    async score(split, yieldToEventLoop) {
      const scores = await learner.score(split, yieldToEventLoop);
      const { reconstructionLoss = Number.NaN, klLoss = Number.NaN } = scores;
      return { weightedElbo: reconstructionLoss + beta * klLoss, ...scores };
    },
  };
  return Object.create(learner, Object.getOwnPropertyDescriptors(selecting));
}

/**
 * Trains on variants of the clips, and fits the distribution of the codes to those of variants as well: draws are then less like single
 * training clips.
 */
function withVariants(learner: Learner, { train, model }: LearnerOptions, items: Items): Learner {
  const variation = { ...model, frames: mostFramesMoved(items, model) };
  const varied: Pick<Learner, 'train' | 'describeLatents'> = {
    train: ({ x, label }, options) =>
      learner.train({ x: variedBatch(x, variation, train.seed, learner.step), label }, options),
    describeLatents: (data) => {
      const copies = Math.min(VARIANTS, Math.floor(MOST_CODES / data.train.items));
      const trained = variedItems(data.train, variation, train.seed, copies);
      return learner.describeLatents?.({ ...data, train: trained }) as ReturnType<
        NonNullable<Learner['describeLatents']>
      >;
    },
  };
  return Object.create(learner, Object.getOwnPropertyDescriptors(varied));
}

function linearStart(hasCorrections: boolean): MelFamily {
  const networkOf = (sized: ImageModelConfig) => melNetwork(sized, hasCorrections);
  const modelOf = (config: ImageModelConfig, train: ResolvedTrain) =>
    vae(config, train, (sized) => ({ network: networkOf(sized), pixels: linearGaussian }));
  return {
    model: modelOf,
    openLearner(options, items) {
      const { train, model: config } = options;
      const components = principalComponents(items, config.latentDim);
      const model = modelOf(config, train);
      const ofPrior = [...model.initialState(train.seed)].filter(([name]) => name.startsWith('prior/'));
      const state = new Map([...networkOf(config).initialState(train.seed, components), ...ofPrior]);
      const learner = selectedByLoss(openVae(options, { model, state, fitPrior: fitMelLatents }), train);
      return train.augment ? withVariants(learner, options, items) : learner;
    },
  };
}
