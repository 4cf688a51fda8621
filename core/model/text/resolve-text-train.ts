// Resolves the settings `auto` for texts, before anything is built.
import { FAILURE, GoldpanError } from '../../base/errors.ts';
import type { TrainConfig } from '../../kinds/train-config.ts';
import { DEFAULT_PATIENCE } from '../resolve-train.ts';

/** The settings of a training on texts without `auto`. */
export interface ResolvedTextTrain extends TrainConfig {
  readonly latentDim: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly schedule: Exclude<TrainConfig['schedule'], 'auto'>;
  readonly prior: 'normal' | 'mixture';
  readonly patience: number;
  /** Whether the decoder gets the class of a text as an input. */
  readonly conditional: boolean;
}

const LATENT_DIM = 16;
const MOST_CLASSES = 64;
const BATCH = 256;
/** Pairs need more steps than texts: what a symbol answers has to be found. */
const BATCH_OF_PAIRS = 128;
const FEW_PAIRS = 10_000;
const BATCH_OF_FEW = 32;
/**
 * Nats of KL per latent dimension without a penalty. Without them the decoder, which sees all earlier symbols, ignores the latent
 * variables.
 */
const FREE_BITS = 0.2;
/** Share of the epochs, or of the budget where that ends first, in which the weight of the KL rises. */
export const WARMUP_SHARE = 0.25;
const CLIP_NORM = 1;
/** Averaged weights follow faster than those of images: there are fewer steps. */
const EMA_DECAY = 0.998;

export type TextDataFacts = {
  /** Number of classes of the dataset. */
  readonly classes: number;
  /** Number of items of the train split. */
  readonly items: number;
  readonly isPairs: boolean;
};

/** Throws NoConfigurationError for a prior that models of texts do not have. */
export function resolveTextTrain(train: TrainConfig, { classes, items, isPairs }: TextDataFacts): ResolvedTextTrain {
  const resolved = resolveTexts(train, classes);
  if (!isPairs) return resolved;
  // Without free bits: z should hold only what the source does not decide.
  return {
    ...resolved,
    ...{ conditional: false, prior: 'normal', freeBits: train.freeBits, betaWarmup: train.betaWarmup },
    batchSize: train.batchSize === 'auto' ? (items < FEW_PAIRS ? BATCH_OF_FEW : BATCH_OF_PAIRS) : train.batchSize,
  };
}

function resolveTexts(train: TrainConfig, classes: number): ResolvedTextTrain {
  const { latentDim, batchSize, learningRate, schedule, prior, patience, epochs } = train;
  if (prior === 'flow')
    throw new GoldpanError(
      FAILURE.noConfiguration,
      'train.prior is flow, which models of texts do not have. Set it to auto, mixture or normal',
    );
  return {
    ...train,
    conditional: train.conditional !== false && classes > 1 && classes <= MOST_CLASSES,
    latentDim: latentDim === 'auto' ? LATENT_DIM : latentDim,
    batchSize: batchSize === 'auto' ? BATCH : batchSize,
    learningRate: learningRate === 'auto' ? 2e-3 : learningRate,
    schedule: schedule === 'auto' ? 'cosine' : schedule,
    prior: prior === 'normal' ? 'normal' : 'mixture',
    patience: patience === 'auto' ? DEFAULT_PATIENCE : patience,
    freeBits: train.freeBits === 0 ? FREE_BITS : train.freeBits,
    betaWarmup: train.betaWarmup === 0 ? WARMUP_SHARE * epochs : train.betaWarmup,
    clipNorm: Math.min(train.clipNorm, CLIP_NORM),
    emaDecay: Math.min(train.emaDecay, EMA_DECAY),
  };
}
