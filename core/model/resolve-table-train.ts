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
/** Noise, batch, rate and patience of a GAN, as CTGAN has them (Xu et al. 2019); its figures go up and down. */
const GAN = { latentDim: 128, batchSize: 500, learningRate: 2e-4, patience: 20 } as const;
/** Of 512 rows, half as many steps are made in the same time, and drawn rows are told from real ones more easily. */
const MOST_BATCH = 256;
const LEAST_BATCH = 16;
/** Batches of an epoch, at least, where the table has rows for them: the epochs of a small table would be over after a few hundred steps. */
const STEPS_AN_EPOCH = 64;
const LEARNING_RATE = 2e-3;
/**
 * Nats of KL per latent dimension without a penalty. Without them the decoder, which sees all earlier columns, ignores the latent
 * variables; with more of them, the posteriors differ more from the prior, and sampled rows from real ones.
 */
const FREE_BITS = 0.01;
/** Share of the epochs in which the weight of the KL rises. */
const WARMUP_SHARE = 0.2;
const CLIP_NORM = 5;

/** `rows`: those that are trained on. */
export function resolveTableTrain(train: TrainConfig, rows: number): ResolvedTableTrain {
  const { latentDim, batchSize, learningRate, schedule, patience, epochs } = train;
  const isGan = train.model === 'gan';
  return {
    ...train,
    latentDim: latentDim !== 'auto' ? latentDim : defaultDim(train.model),
    batchSize: batchSize === 'auto' ? (isGan ? GAN.batchSize : batchOf(train.model, rows)) : batchSize,
    learningRate: learningRate === 'auto' ? (isGan ? GAN.learningRate : LEARNING_RATE) : learningRate,
    schedule: schedule === 'auto' ? (isGan ? 'constant' : 'cosine') : schedule,
    patience: patience === 'auto' ? (isGan ? GAN.patience : DEFAULT_PATIENCE) : patience,
    freeBits: train.freeBits === 0 ? FREE_BITS : train.freeBits,
    betaWarmup: train.betaWarmup === 0 ? WARMUP_SHARE * epochs : train.betaWarmup,
    clipNorm: Math.min(train.clipNorm, CLIP_NORM),
  };
}

/** The power of two that leaves the steps; a round of expectation-maximisation takes all rows whatever the batch. */
function batchOf(model: TrainConfig['model'], rows: number): number {
  if (model === 'latent-class') return MOST_BATCH;
  const wanted = 2 ** Math.floor(Math.log2(Math.max(1, rows / STEPS_AN_EPOCH)));
  return Math.min(MOST_BATCH, Math.max(LEAST_BATCH, wanted));
}

function defaultDim(model: TrainConfig['model']): number {
  if (model === 'latent-class') return MOST_CLASSES;
  return model === 'gan' ? GAN.latentDim : LATENT_DIM;
}
