// Resolves the settings `auto` for audio clips, before anything is built.
import type { TrainConfig } from '../kinds/train-config.ts';
import { DEFAULT_PATIENCE, type ResolvedTrain } from './resolve-train.ts';

const LATENT_DIM = 64;
const BATCH = 64;
const VAE_RATE = 2e-3;
const GAN_RATE = 5e-4;
/**
 * Weight of the KL. It is small because clips are drawn from the fitted distribution of the codes, so reconstruction matters more than
 * closeness to the normal prior.
 */
const BETA = 0.2;
/** Share of the epochs in which beta rises. */
const WARMUP_SHARE = 0.1;
const CLIP_NORM = 1000;

/** The settings of a training on clips without `auto`. `beta: 1`, the default of other kinds, is 0.2 here. */
export function resolveAudioTrain(train: TrainConfig, { classes }: { readonly classes: number }): ResolvedTrain {
  const { model, latentDim, batchSize, learningRate, schedule, patience, epochs, beta, conditional } = train;
  const isPca = model === 'pca-mixture';
  return {
    ...train,
    preset: 'plain',
    likelihood: 'gaussian',
    prior: model === 'gan' ? 'normal' : model === 'vae' && train.prior === 'flow' ? 'flow' : 'mixture',
    latentDim: latentDim !== 'auto' ? latentDim : LATENT_DIM,
    epochs: isPca ? 1 : epochs,
    batchSize: batchSize === 'auto' ? BATCH : batchSize,
    learningRate: learningRate !== 'auto' ? learningRate : model === 'gan' ? GAN_RATE : VAE_RATE,
    schedule: schedule === 'auto' ? 'cosine' : schedule,
    patience: patience === 'auto' ? DEFAULT_PATIENCE : patience,
    beta: beta === 1 ? BETA : beta,
    betaWarmup: train.betaWarmup === 0 ? WARMUP_SHARE * epochs : train.betaWarmup,
    clipNorm: Math.min(train.clipNorm, CLIP_NORM),
    augment: train.augment !== false,
    conditional: !isPca && (conditional === 'auto' ? true : conditional) && classes > 1,
  };
}
