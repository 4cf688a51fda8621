// How a model is trained: the section `train` of dataset.yaml, and what one run may change of it.
import * as z from 'zod';

export const TrainConfig = z.strictObject({
  model: z.enum(['vae']).default('vae'),
  latentDim: z.int().min(1).max(512).default(32),
  epochs: z.int().min(1).max(10_000).default(30),
  batchSize: z.int().min(1).max(4096).default(128),
  learningRate: z.number().positive().max(1).default(1e-3),
  beta: z.number().min(0).max(100).default(1),
  /** Global gradient norm above which gradients are scaled down. */
  clipNorm: z.number().positive().default(1000),
  /** Epochs without a better held-out ELBO after which training stops. */
  patience: z.int().min(1).default(5),
  seed: z.int().min(1).max(0xffffffff).default(1),
});
export type TrainConfig = z.infer<typeof TrainConfig>;

/** Settings of `train` that one run changes. Not TrainConfig.partial(): that would fill what was left out with defaults. */
const settings = TrainConfig.shape;
export const TrainOverrides = z.strictObject({
  model: settings.model.unwrap().optional(),
  latentDim: settings.latentDim.unwrap().optional(),
  epochs: settings.epochs.unwrap().optional(),
  batchSize: settings.batchSize.unwrap().optional(),
  learningRate: settings.learningRate.unwrap().optional(),
  beta: settings.beta.unwrap().optional(),
  clipNorm: settings.clipNorm.unwrap().optional(),
  patience: settings.patience.unwrap().optional(),
  seed: settings.seed.unwrap().optional(),
} satisfies Record<keyof TrainConfig, z.ZodOptional>);
