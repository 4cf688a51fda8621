// Resolves `auto` for one snapshot: settings that depend on the data are decided here, once, before the model is built.
import { FAILURE, GoldpanError } from '../base/errors.ts';
import type { TrainConfig } from '../kinds/train-config.ts';

export type TrainingDataFacts = {
  /** Items of the train split. */
  readonly items: number;
  readonly classes: number;
  readonly image: { readonly width: number; readonly height: number; readonly channels: number };
  /** Whether pretrained features are available; false by default. */
  readonly hasFeatures?: boolean;
};

/** The networks of texts. */
const TEXT_PRESETS = ['recurrent', 'convolutional'] as const satisfies TrainConfig['preset'][];
export type TextPreset = (typeof TEXT_PRESETS)[number];

/** Without `auto`. */
export type ResolvedTrain = TrainConfig & {
  readonly latentDim: number;
  readonly patience: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly augment: boolean;
  readonly preset: Exclude<TrainConfig['preset'], 'auto' | TextPreset>;
  readonly schedule: Exclude<TrainConfig['schedule'], 'auto'>;
  readonly likelihood: Exclude<TrainConfig['likelihood'], 'auto'>;
  /** The prior of the training; the prior for sampling is chosen on held-out items after the training. */
  readonly prior: Exclude<TrainConfig['prior'], 'auto'>;
  readonly conditional: boolean;
};

/** With fewer items, a larger network memorises the data before it becomes better than the plain one. */
const ITEMS_FOR_RESIDUAL = 5_000;
/** From this number of items on, a model sees each one too rarely to memorise it. */
const ITEMS_WITHOUT_AUGMENT = 20_000;
/** With fewer items a flow memorises their codes. */
const ITEMS_FOR_FLOW = 5_000;
const LEAST_FLOW_DIMENSIONS = 2;
/** With more classes, scoring an item under all of them takes longer than its reconstruction. */
const MOST_FLOW_CLASSES = 64;
/** The plain network sees a larger image through two layers only. */
const LARGEST_PLAIN_SIDE = 48;

/** The value of `train.patience: auto` for runs that may end before their schedule. */
export const DEFAULT_PATIENCE = 5;
const DEFAULT_LATENT_DIM = 32;
const PHOTO_LATENT_DIM = 128;
/** Colour images up to this side show too little for a network that was trained on photos. */
const LARGEST_SIDE_WITHOUT_FEATURES = 32;

/** Latent dimensions of a model whose preset is known. */
export function latentDimOf({ latentDim, preset }: Pick<TrainConfig, 'latentDim' | 'preset'>): number {
  if (latentDim !== 'auto') return latentDim;
  return preset === 'photo' ? PHOTO_LATENT_DIM : DEFAULT_LATENT_DIM;
}

/** Throws NoConfigurationError for a preset that only texts have. */
export function resolveTrain(train: TrainConfig, facts: TrainingDataFacts): ResolvedTrain {
  const preset = train.preset === 'auto' ? presetFor(train, facts) : train.preset;
  if (isTextPreset(preset))
    throw new GoldpanError(
      FAILURE.noConfiguration,
      `train.preset is ${preset}, which only models of texts have. Set it to auto, plain, residual or deep`,
    );
  const { batchSize, learningRate, augment, schedule, likelihood, conditional, latentDim, patience } = train;
  const isPhoto = preset === 'photo';
  const prior = isPhoto && train.prior === 'auto' ? photoPrior(train.model) : priorFor(train, facts);
  // A flow needs many steps to learn where the codes lie.
  const isPlainVae = train.model === 'vae' && preset === 'plain' && prior !== 'flow';
  return {
    ...train,
    preset,
    latentDim: latentDimOf({ latentDim, preset }),
    patience: patience !== 'auto' ? patience : isPhoto ? train.epochs : DEFAULT_PATIENCE,
    batchSize: batchSize !== 'auto' ? batchSize : isPlainVae ? 128 : isPhoto ? 16 : 64,
    learningRate: learningRate !== 'auto' ? learningRate : rateFor(train.model, isPlainVae, isPhoto),
    augment: augment === 'auto' ? facts.items < ITEMS_WITHOUT_AUGMENT : augment,
    // A rate that falls to the end is worth a nat or two, and a GAN half its distance; the plain VAE without a flow stays as it always was.
    schedule: schedule !== 'auto' ? schedule : isPlainVae || preset === 'wgan-gp' ? 'constant' : 'cosine',
    likelihood: likelihood !== 'auto' ? likelihood : facts.image.channels === 1 ? 'bernoulli' : 'gaussian',
    prior,
    conditional: (conditional === 'auto' ? train.model === 'gan' || isPhoto : conditional) && facts.classes > 1,
  };
}

export function isTextPreset(preset: TrainConfig['preset']): preset is TextPreset {
  return (TEXT_PRESETS as readonly string[]).includes(preset);
}

/** Photos have a network of their own. A GAN of small images learns more from the many steps that a plain network leaves time for. */
function presetFor(
  { model, features }: TrainConfig,
  { items, image, hasFeatures }: TrainingDataFacts,
): ResolvedTrain['preset'] {
  const isPhoto = image.channels === 3 && Math.max(image.width, image.height) > LARGEST_SIDE_WITHOUT_FEATURES;
  if (isPhoto && hasFeatures && features !== 'none' && isHalvable(image)) return 'photo';
  const isLarge = Math.max(image.width, image.height) > LARGEST_PLAIN_SIDE;
  const isMuch = items >= ITEMS_FOR_RESIDUAL;
  return (model === 'vae' ? isLarge || isMuch : isLarge && isMuch) ? 'residual' : 'plain';
}

/** The decoder of photos doubles a map of at most eight by eight. */
function isHalvable({ width, height }: TrainingDataFacts['image']): boolean {
  let [long, short] = [Math.max(width, height), Math.min(width, height)];
  while (long > 8 && long % 2 === 0 && short % 2 === 0) [long, short] = [long / 2, short / 2];
  return long <= 8;
}

/** Photos are drawn from the distribution of their codes, one for each class. */
function photoPrior(model: TrainConfig['model']): ResolvedTrain['prior'] {
  return model === 'vae' ? 'mixture' : 'normal';
}

function priorFor(train: TrainConfig, { items }: TrainingDataFacts): ResolvedTrain['prior'] {
  const { model, prior } = train;
  if (model !== 'vae') return 'normal';
  if (prior !== 'auto') return prior;
  return items >= ITEMS_FOR_FLOW && latentDimOf(train) >= LEAST_FLOW_DIMENSIONS ? 'flow' : 'mixture';
}

/** Returns how many classes the model reads: those of the dataset where it is conditional or its prior is a flow, else 0. */
export function classesRead(
  { conditional, prior }: Pick<ResolvedTrain, 'conditional' | 'prior'>,
  classes: number,
): number {
  if (conditional) return classes;
  return prior === 'flow' && classes > 1 && classes <= MOST_FLOW_CLASSES ? classes : 0;
}

function rateFor(model: TrainConfig['model'], isPlainVae: boolean, isPhoto: boolean): number {
  if (model === 'gan') return 5e-4;
  return isPhoto ? 1.5e-3 : isPlainVae ? 1e-3 : 2e-3;
}
