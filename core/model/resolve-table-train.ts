// Resolves the settings `auto` for a table, before anything is built.
import type { TrainConfig } from '../kinds/train-config.ts';
import { DEFAULT_PATIENCE } from './resolve-train.ts';

/** The settings of a training on a table without `auto`. */
export interface ResolvedTableTrain extends TrainConfig {
  /** VAE: latent dimensions. Latent-class model: the largest number of classes that is tried. */
  readonly latentDim: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly schedule: Exclude<TrainConfig['schedule'], 'auto'>;
  readonly patience: number;
}

const LATENT_DIM = 16;
const MOST_CLASSES = 400;
const BATCH = 512;
/**
 * Nats of KL per latent dimension without a penalty. Without them the decoder, which sees all earlier columns, ignores the latent
 * variables.
 */
const FREE_BITS = 0.15;
/** Share of the epochs in which the weight of the KL rises. */
const WARMUP_SHARE = 0.2;
const CLIP_NORM = 5;

export function resolveTableTrain(train: TrainConfig): ResolvedTableTrain {
  const { latentDim, batchSize, learningRate, schedule, patience, epochs } = train;
  return {
    ...train,
    latentDim: latentDim !== 'auto' ? latentDim : train.model === 'latent-class' ? MOST_CLASSES : LATENT_DIM,
    batchSize: batchSize === 'auto' ? BATCH : batchSize,
    learningRate: learningRate === 'auto' ? 2e-3 : learningRate,
    schedule: schedule === 'auto' ? 'cosine' : schedule,
    patience: patience === 'auto' ? DEFAULT_PATIENCE : patience,
    freeBits: train.freeBits === 0 ? FREE_BITS : train.freeBits,
    betaWarmup: train.betaWarmup === 0 ? WARMUP_SHARE * epochs : train.betaWarmup,
    clipNorm: Math.min(train.clipNorm, CLIP_NORM),
  };
}
