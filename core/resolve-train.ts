// What `auto` means for one snapshot: settings that depend on the data are decided here, once, before anything is built.
import type { TrainConfig } from './train-config.ts';

export interface SnapshotFacts {
  /** Of the train split. */
  readonly items: number;
  readonly classes: number;
  readonly image: { readonly width: number; readonly height: number; readonly channels: number };
}

/** Without `auto`. */
export interface ResolvedTrain extends TrainConfig {
  readonly preset: Exclude<TrainConfig['preset'], 'auto'>;
  readonly schedule: Exclude<TrainConfig['schedule'], 'auto'>;
  readonly likelihood: Exclude<TrainConfig['likelihood'], 'auto'>;
  readonly conditional: boolean;
}

/** Fewer items are learned by heart by a larger network before it is any better than the plain one. */
const ITEMS_FOR_RESIDUAL = 5_000;
/** The plain network sees a larger image through two layers only. */
const LARGEST_PLAIN_SIDE = 48;

export function resolveTrain(train: TrainConfig, facts: SnapshotFacts): ResolvedTrain {
  const preset = train.preset === 'auto' ? presetFor(facts) : train.preset;
  const { schedule, likelihood, conditional } = train;
  return {
    ...train,
    preset,
    // A rate that falls to the end is worth a nat or two where an epoch count is kept to; the plain VAE stays as it always was.
    schedule: schedule !== 'auto' ? schedule : train.model === 'vae' && preset !== 'plain' ? 'cosine' : 'constant',
    likelihood: likelihood !== 'auto' ? likelihood : facts.image.channels === 1 ? 'bernoulli' : 'gaussian',
    conditional: (conditional === 'auto' ? train.model === 'gan' : conditional) && facts.classes > 1,
  };
}

function presetFor({ items, image }: SnapshotFacts): ResolvedTrain['preset'] {
  return items >= ITEMS_FOR_RESIDUAL || Math.max(image.width, image.height) > LARGEST_PLAIN_SIDE ? 'residual' : 'plain';
}
