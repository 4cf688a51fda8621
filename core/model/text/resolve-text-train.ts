// Resolves the settings `auto` for texts, before anything is built.
import { FAILURE, GoldpanError } from '../../base/errors.ts';
import type { TrainConfig } from '../../kinds/train-config.ts';
import { DEFAULT_PATIENCE, isTextPreset, type TextPreset } from '../resolve-train.ts';

/** The settings of a training on texts without `auto`. */
export interface ResolvedTextTrain extends TrainConfig {
  /** The network: that of pairs is recurrent. */
  readonly preset: TextPreset;
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
/** Symbols of a batch and its fewest texts, where texts are long: more would leave few steps. */
const BATCH_SYMBOLS = 16_384;
const LEAST_BATCH = 16;
/** Symbols of the longest text, with its end, up to which the network is recurrent: it has the better bound, but takes a step a position. */
const MOST_RECURRENT = 65;
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
  /** Symbols of the longest text, with its end. */
  readonly positions: number;
};

/** Throws NoConfigurationError for a prior or a preset that models of texts do not have. */
export function resolveTextTrain(train: TrainConfig, facts: TextDataFacts): ResolvedTextTrain {
  const { items, isPairs } = facts;
  const resolved = resolveTexts(train, facts);
  if (!isPairs) return resolved;
  if (train.preset === 'convolutional')
    throw new GoldpanError(
      FAILURE.noConfiguration,
      'train.preset is convolutional, which models of pairs do not have. Set it to auto or recurrent',
    );
  // Without free bits: z should hold only what the source does not decide.
  return {
    ...resolved,
    ...{
      preset: 'recurrent',
      conditional: false,
      prior: 'normal',
      freeBits: train.freeBits,
      betaWarmup: train.betaWarmup,
    },
    batchSize: train.batchSize === 'auto' ? (items < FEW_PAIRS ? BATCH_OF_FEW : BATCH_OF_PAIRS) : train.batchSize,
  };
}

function resolveTexts(train: TrainConfig, { classes, positions }: TextDataFacts): ResolvedTextTrain {
  const { preset } = train;
  if (preset !== 'auto' && !isTextPreset(preset))
    throw new GoldpanError(
      FAILURE.noConfiguration,
      `train.preset is ${preset}, which models of texts do not have. Set it to auto, recurrent or convolutional`,
    );
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
    preset: preset !== 'auto' ? preset : positions <= MOST_RECURRENT ? 'recurrent' : 'convolutional',
    batchSize: batchSize === 'auto' ? batchFor(positions) : batchSize,
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

/** A power of two. */
function batchFor(positions: number): number {
  const most = 2 ** Math.floor(Math.log2(BATCH_SYMBOLS / positions));
  return Math.min(BATCH, Math.max(LEAST_BATCH, most));
}
