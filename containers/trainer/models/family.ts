// The two halves of a model family: the network that is trained and exported, and the learner that trains it.
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import type { Learner, LearnerOptions } from '../learn/learner.ts';
import type { ImageModelConfig, Model } from './model.ts';

export type ModelFamily = {
  /**
   * Returns the programs by name and what is exported, for these sizes and settings. Throws when the sizes allow no network.
   */
  model(config: ImageModelConfig, train: ResolvedTrain): Model;
  /** Compiles the model with the first weights of the run's seed. */
  openLearner(options: LearnerOptions): Learner;
};
