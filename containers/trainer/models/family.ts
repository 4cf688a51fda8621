// What a model family is made of: the network that is trained and exported, and the learner that trains it.
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import type { Learner, LearnerOptions } from '../learn/learner.ts';
import type { ImageModelConfig, Model } from './model.ts';

export type ModelFamily = {
  /** Programs by name and what is exported, for these sizes and settings. Throws where they make no network. */
  model(config: ImageModelConfig, train: ResolvedTrain): Model;
  /** Compiles the model with the first weights of the run's seed. */
  openLearner(options: LearnerOptions): Learner;
};
