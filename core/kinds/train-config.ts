// The section `train` of dataset.yaml, and the settings of it that a single run can change.
import * as z from 'zod';

/** Every model family; `models` of a kind's definition names those that train on its items. */
export const MODEL_FAMILIES = ['vae', 'gan', 'latent-class', 'pca-mixture'] as const;

export const DEFAULT_EPOCHS = 30;
/** With so many, a budget, patience or a person ends the training. */
export const MOST_EPOCHS = 10_000;

export const TrainConfig = z.strictObject({
  /**
   * The VAE is the default: it trains on little data, and its held-out ELBO measures its quality. `latent-class` (tables): a mixture of
   * independent columns, fitted in seconds. `pca-mixture` (audio): principal components and Gaussians for each class, also fitted in
   * seconds.
   */
  model: z.enum(MODEL_FAMILIES).default('vae'),
  /**
   * The network's size; `auto` chooses it by the number of items and the size of the image, and for texts, `recurrent` or `convolutional`, by
   * their length.
   */
  preset: z
    .enum(['auto', 'plain', 'residual', 'deep', 'photo', 'wgan-gp', 'recurrent', 'convolutional'])
    .default('auto'),
  /**
   * `auto`: colour images above 32 pixels are trained with pretrained features. `none`: no pretrained features are used.
   */
  features: z.enum(['auto', 'none']).default('auto'),
  /** `auto`: 128 for the preset photo, else 32. */
  latentDim: z.union([z.literal('auto'), z.int().min(1).max(512)]).default('auto'),
  epochs: z.int().min(1).max(MOST_EPOCHS).default(DEFAULT_EPOCHS),
  /** `auto`: 128 for the plain VAE without a flow, 16 for the preset photo, else 64: smaller batches leave more steps in the same time. */
  batchSize: z.union([z.literal('auto'), z.int().min(1).max(4096)]).default('auto'),
  /** The highest of the schedule; `auto`: 1e-3 for the plain VAE without a flow, 1.5e-3 for the photo VAE, 2e-3 for the larger ones, 5e-4 for a GAN. */
  learningRate: z.union([z.literal('auto'), z.number().positive().max(1)]).default('auto'),
  /** `cosine` ends at a hundredth of the rate in the last epoch; `auto`: cosine but for the plain VAE without a flow and WGAN-GP. */
  schedule: z.enum(['auto', 'constant', 'cosine']).default('auto'),
  /** VAE only: the distribution of a pixel. `auto`: Bernoulli for grey images, Gaussian for colour images. */
  likelihood: z.enum(['auto', 'bernoulli', 'gaussian', 'logistic']).default('auto'),
  /**
   * VAE only: the prior of the latent codes. `normal`: the standard normal distribution. `mixture`: trained with the normal prior; samples
   * come from Gaussians fitted to the codes afterwards. `flow`: an invertible network trained with the model (Dinh 2017). `auto`: trains a
   * flow if there are enough items, and samples from the prior that is better on held-out items.
   */
  prior: z.enum(['auto', 'normal', 'mixture', 'flow']).default('auto'),
  beta: z.number().min(0).max(100).default(1),
  /** Epochs in which beta rises from 0; 0: the weights start small enough not to collapse. */
  betaWarmup: z.number().min(0).max(10_000).default(0),
  /** Nats of KL per latent dimension without a penalty (Kingma 2016). 0: the loss is the ELBO. */
  freeBits: z.number().min(0).max(10).default(0),
  /** Global gradient norm above which gradients are scaled down. */
  clipNorm: z.number().positive().default(1000),
  /**
   * Whether the model gets each item's class as an input. `auto`: a GAN does if there are labels; a VAE does not need it, since it samples
   * a class from the codes of that class.
   */
  conditional: z.union([z.literal('auto'), z.boolean()]).default('auto'),
  /** Whether each class has the same share of an epoch, regardless of its number of items. */
  balance: z.boolean().default(false),
  /**
   * Whether images are changed at random in training. Of a GAN: what the critic sees, real and generated, is shifted and recoloured, which
   * helps with little data and blurs with much. Of a VAE: half of the images are moved by a few pixels.
   */
  augment: z.union([z.literal('auto'), z.boolean()]).default('auto'),
  /** GAN only: weight of the gradient penalty on real items (Mescheder 2018). */
  r1Gamma: z.number().min(0).max(1000).default(0.1),
  /**
   * Maximum share of the averaged weights that a step keeps; the share is lower in the first steps. Averaged weights are used for
   * evaluation and sampling.
   */
  emaDecay: z.number().min(0).max(0.99999).default(0.999),
  /** `bfloat16`: the layers' products are, weights and losses are not; faster where the processor has it. */
  precision: z.enum(['float32', 'bfloat16']).default('float32'),
  /** Model whose weights the run starts from, as far as names and shapes are the same; null: it starts anew. */
  from: z.string().nullable().default(null),
  /** Minutes in which the run is to end with the model of its best epoch: its start, training, scoring and export. */
  budgetMinutes: z.number().positive().nullable().default(null),
  /**
   * Number of epochs without a better selection metric on the validation split after which training stops. `auto`: 5; never for the preset
   * `photo`, whose second stage starts late.
   */
  patience: z.union([z.literal('auto'), z.int().min(1)]).default('auto'),
  seed: z.int().min(1).max(0xffffffff).default(1),
});
export type TrainConfig = z.infer<typeof TrainConfig>;
export type ModelFamily = TrainConfig['model'];

/** Settings of `train` that one run can change. TrainConfig.partial() would fill missing settings with defaults. */
const settings = TrainConfig.shape;
export const TrainOverrides = z.strictObject({
  model: settings.model.unwrap().optional(),
  preset: settings.preset.unwrap().optional(),
  features: settings.features.unwrap().optional(),
  latentDim: settings.latentDim.unwrap().optional(),
  epochs: settings.epochs.unwrap().optional(),
  batchSize: settings.batchSize.unwrap().optional(),
  learningRate: settings.learningRate.unwrap().optional(),
  schedule: settings.schedule.unwrap().optional(),
  likelihood: settings.likelihood.unwrap().optional(),
  prior: settings.prior.unwrap().optional(),
  beta: settings.beta.unwrap().optional(),
  betaWarmup: settings.betaWarmup.unwrap().optional(),
  freeBits: settings.freeBits.unwrap().optional(),
  clipNorm: settings.clipNorm.unwrap().optional(),
  conditional: settings.conditional.unwrap().optional(),
  balance: settings.balance.unwrap().optional(),
  augment: settings.augment.unwrap().optional(),
  r1Gamma: settings.r1Gamma.unwrap().optional(),
  emaDecay: settings.emaDecay.unwrap().optional(),
  precision: settings.precision.unwrap().optional(),
  from: settings.from.unwrap().optional(),
  budgetMinutes: settings.budgetMinutes.unwrap().optional(),
  patience: settings.patience.unwrap().optional(),
  seed: settings.seed.unwrap().optional(),
} satisfies Record<keyof TrainConfig, z.ZodOptional>);
