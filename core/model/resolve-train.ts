// What `auto` means for one snapshot: settings that depend on the data are decided here, once, before anything is built.
import type { TrainConfig } from '../kinds/train-config.ts';

export interface SnapshotFacts {
  /** Of the train split. */
  readonly items: number;
  readonly classes: number;
  readonly image: { readonly width: number; readonly height: number; readonly channels: number };
}

/** Without `auto`. */
export interface ResolvedTrain extends TrainConfig {
  readonly batchSize: number;
  readonly learningRate: number;
  readonly augment: boolean;
  readonly preset: Exclude<TrainConfig['preset'], 'auto'>;
  readonly schedule: Exclude<TrainConfig['schedule'], 'auto'>;
  readonly likelihood: Exclude<TrainConfig['likelihood'], 'auto'>;
  /** What is trained against; what draws come from is decided on held-out items after training. */
  readonly prior: Exclude<TrainConfig['prior'], 'auto'>;
  readonly conditional: boolean;
}

/** Fewer items are learned by heart by a larger network before it is any better than the plain one. */
const ITEMS_FOR_RESIDUAL = 5_000;
/** With as many, a critic has seen none often enough to know it by heart. */
const ITEMS_WITHOUT_AUGMENT = 20_000;
/** With fewer items a flow memorises their codes. */
const ITEMS_FOR_FLOW = Number.POSITIVE_INFINITY;
const LEAST_FLOW_DIMENSIONS = 2;
/** With more classes, scoring an item under all of them takes longer than its reconstruction. */
const MOST_FLOW_CLASSES = 64;
/** The plain network sees a larger image through two layers only. */
const LARGEST_PLAIN_SIDE = 48;

export function resolveTrain(train: TrainConfig, facts: SnapshotFacts): ResolvedTrain {
  const preset = train.preset === 'auto' ? presetFor(train.model, facts) : train.preset;
  const { batchSize, learningRate, augment, schedule, likelihood, conditional } = train;
  const isPlainVae = train.model === 'vae' && preset === 'plain';
  return {
    ...train,
    preset,
    batchSize: batchSize !== 'auto' ? batchSize : isPlainVae ? 128 : 64,
    learningRate: learningRate !== 'auto' ? learningRate : rateFor(train.model, isPlainVae),
    augment: augment === 'auto' ? facts.items < ITEMS_WITHOUT_AUGMENT : augment,
    // A rate that falls to the end is worth a nat or two, and a GAN half its distance; the plain VAE stays as it always was.
    schedule: schedule !== 'auto' ? schedule : isPlainVae || preset === 'wgan-gp' ? 'constant' : 'cosine',
    likelihood: likelihood !== 'auto' ? likelihood : facts.image.channels === 1 ? 'bernoulli' : 'gaussian',
    prior: priorFor(train, facts),
    conditional: (conditional === 'auto' ? train.model === 'gan' : conditional) && facts.classes > 1,
  };
}

/** A GAN of small images learns more from the many steps that a plain network leaves time for. */
function presetFor(model: TrainConfig['model'], { items, image }: SnapshotFacts): ResolvedTrain['preset'] {
  const isLarge = Math.max(image.width, image.height) > LARGEST_PLAIN_SIDE;
  const isMuch = items >= ITEMS_FOR_RESIDUAL;
  return (model === 'vae' ? isLarge || isMuch : isLarge && isMuch) ? 'residual' : 'plain';
}

function priorFor({ model, prior, latentDim }: TrainConfig, { items }: SnapshotFacts): ResolvedTrain['prior'] {
  if (model !== 'vae') return 'normal';
  if (prior !== 'auto') return prior;
  return items >= ITEMS_FOR_FLOW && latentDim >= LEAST_FLOW_DIMENSIONS ? 'flow' : 'mixture';
}

/** Returns how many classes the model reads: those of the dataset where it is conditional or its prior is a flow, else 0. */
export function classesRead(
  { conditional, prior }: Pick<ResolvedTrain, 'conditional' | 'prior'>,
  classes: number,
): number {
  if (conditional) return classes;
  return prior === 'flow' && classes > 1 && classes <= MOST_FLOW_CLASSES ? classes : 0;
}

function rateFor(model: TrainConfig['model'], isPlainVae: boolean): number {
  return model === 'gan' ? 5e-4 : isPlainVae ? 1e-3 : 2e-3;
}
