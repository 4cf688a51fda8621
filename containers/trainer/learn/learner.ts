// A model with its session, as the training loop sees it. A family (models/family.ts) is a maker of these.

import type { LatentMixture } from '#core/model/latent-mixture.ts';
import type { FlowTuning, Prior } from '#core/model/messages/latent-facts.ts';
import type { MetricValues } from '#core/model/metrics.ts';
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import type { Batch, Items } from '../data/batches.ts';
import type { StateMap } from '../engine/types.ts';
import type { FittedLatents } from '../models/latent/latents.ts';
import type { PriorBounds } from '../models/latent/prior-bounds.ts';
import type { ImageModelConfig } from '../models/model.ts';

/** A grid of 8 x 8. */
export const GRID_ITEMS = 64;

export type StepReport = {
  /** Named losses of the step, means over items. `loss` must stay finite; the names never change. */
  readonly losses: MetricValues & { readonly loss: number };
  /** Root mean squares by layer, if requested. */
  readonly norms?: StepNorms;
};

export type StepNorms = {
  readonly gradients: MetricValues;
  readonly activations: MetricValues;
};

export type StepOptions = {
  /** Whether norms are requested. */
  readonly norms: boolean;
  /** Used share of the run's time budget, 0 to 1; 0 without a budget. Schedules end with it. */
  readonly budgetSpent: number;
};

export type GenerateOptions = {
  readonly count: number;
  /** Names the latent draws: the same stream of the same run gives the same latents. */
  readonly stream: string;
  /** A class for each image where the model is conditional; absent = the classes in turn. */
  readonly labels?: Int32Array;
};

export type Learner = {
  readonly batchSize: number;
  /** Draws the class it is asked for, with the prior that it draws from now. */
  readonly isConditional: boolean;
  /** Training steps done; a GAN's step is a turn of both halves. */
  readonly step: number;
  /** The held-out metric by which epochs and models are compared. Lower is better; it is never the loss of a GAN. */
  readonly selection: string;
  /**
   * Returns the scalars that the last step was fed: `learningRate`, `beta`, ..., which the family computes from the step's position.
   */
  schedule(budgetSpent: number): MetricValues;
  train(batch: Batch, options?: StepOptions): StepReport;
  /** Named metrics over exactly the items of the split. `yieldToEventLoop` runs between batches. */
  score(split: Items, yieldToEventLoop: () => Promise<void>): Promise<MetricValues>;
  /** uint8 images, one after the other, as the exported model draws them. */
  generate(options: GenerateOptions): Uint8Array;
  /** Returns GRID_ITEMS images from fixed latent vectors. */
  samples(): Uint8Array;
  /** The images as the model gives them back, uint8; only of families that encode. */
  reconstruct?(items: Items): Uint8Array;
  /** log p(x, z) - log q(z | x) of each item at one draw of z, another for each `draw`; only of families with a likelihood. */
  logWeights?(items: Items, draw: number): Float32Array;
  /** Draws from this prior from now on; only of families that encode. Before, it draws as it was trained. */
  drawFrom?(prior: Prior, mixture: LatentMixture | null): void;
  /** Trains the flow alone on the codes of the trained model; only of families with a flow. */
  tuneFlow?(
    data: { readonly train: Items; readonly validation: Items },
    yieldToEventLoop: () => Promise<void>,
  ): Promise<FlowTuning>;
  /** Describes the latent space of the trained model, for its card and files; only for families with an encoder. */
  describeLatents?(data: { readonly train: Items; readonly validation: Items }): DescribedLatents;
  save(): StateMap;
  load(state: StateMap): void;
  /**
   * Returns the weights that are scored, sampled and exported, without state that only training needs (averaged weights under their plain
   * names).
   */
  weights(): StateMap;
  /** Restores weights from after `step`, which also seeds the draws of the next scoring. */
  use(weights: StateMap, step: number): void;
  dispose(): void;
};

export type DescribedLatents = FittedLatents & {
  /** Negative ELBO of each validation item under each prior that could be drawn from, the simplest first. */
  readonly bounds: PriorBounds;
  /** Its mean over as many training items at most. */
  readonly trained: ReadonlyMap<Prior, number>;
  /** Percentiles of the log density of held-out codes under a prior. */
  readonly quantiles?: (prior: Prior) => number[];
};

export type LearnerOptions = {
  readonly train: ResolvedTrain;
  readonly model: ImageModelConfig;
  readonly towers: number;
  readonly stepsPerEpoch: number;
  /** Factor on every learning rate; 1/2 after a divergence. */
  readonly rateScale: number;
  /** Shares of each class and, last, of items without one among the train items: [classes + 1]. Absent = all classes alike. */
  readonly classShares?: readonly number[];
};

/**
 * Metrics of a learner's samples against a split, such as KID, for every family. They are added to the results of `Learner.score`; a
 * learner whose `selection` is not among its own scores requires one.
 */
export type Judge = (
  learner: Learner,
  split: 'validation' | 'test',
  yieldToEventLoop: () => Promise<void>,
) => Promise<MetricValues>;
