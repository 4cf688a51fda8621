// How a model is trained: the section `train` of dataset.yaml, and what one run may change of it.
import * as z from 'zod';

/** Every family of models; containers/trainer/models says which of them learns which kind of data. */
export const MODEL_FAMILIES = ['vae', 'gan', 'latent-class', 'pca-mixture'] as const;

export const TrainConfig = z.strictObject({
  /**
   * A VAE comes first: it trains on little data, and its held-out ELBO says how good it is. `latent-class`, of tables: a mixture of
   * independent columns, fitted in seconds. `pca-mixture`, of clips: principal components and Gaussians of each class, likewise.
   */
  model: z.enum(MODEL_FAMILIES).default('vae'),
  /** The network's size; `auto` chooses it by the number of items and the size of the image. */
  preset: z.enum(['auto', 'plain', 'residual', 'deep', 'photo', 'wgan-gp']).default('auto'),
  /** `auto`: colour images above 32 pixels are learned with pretrained features; `none`: from the dataset alone. */
  features: z.enum(['auto', 'none']).default('auto'),
  /** `auto`: 128 for the preset photo, else 32. */
  latentDim: z.union([z.literal('auto'), z.int().min(1).max(512)]).default('auto'),
  epochs: z.int().min(1).max(10_000).default(30),
  /** `auto`: 128 for the plain VAE, 16 for the preset photo, else 64: smaller batches leave more steps in the same time. */
  batchSize: z.union([z.literal('auto'), z.int().min(1).max(4096)]).default('auto'),
  /** The highest of the schedule; `auto`: 1e-3 for the plain VAE, 1.5e-3 for the photo VAE, 2e-3 for the larger ones, 5e-4 for a GAN. */
  learningRate: z.union([z.literal('auto'), z.number().positive().max(1)]).default('auto'),
  /** `cosine` ends at a hundredth of the rate in the last epoch; `auto`: cosine but for the plain VAE and WGAN-GP. */
  schedule: z.enum(['auto', 'constant', 'cosine']).default('auto'),
  /** Of a VAE: what its decoder says of a pixel; `auto`: Bernoulli for grey images, Gaussian for colour. */
  likelihood: z.enum(['auto', 'bernoulli', 'gaussian', 'logistic']).default('auto'),
  /**
   * Of a VAE: what its codes are trained against and drawn from. `normal`: the standard normal distribution; `mixture`: trained
   * against that one, drawn from Gaussians fitted to the codes afterwards; `flow`: an invertible network that is trained along
   * (Dinh 2017). `auto`: a flow where there are items enough, and draws from the prior that wins on held-out items.
   */
  prior: z.enum(['auto', 'normal', 'mixture', 'flow']).default('auto'),
  beta: z.number().min(0).max(100).default(1),
  /** Epochs in which beta rises from 0; 0: the weights start small enough not to collapse. */
  betaWarmup: z.number().min(0).max(10_000).default(0),
  /** Nats of each latent dimension's mean KL that cost nothing (Kingma 2016). 0: the loss stays the ELBO. */
  freeBits: z.number().min(0).max(10).default(0),
  /** Global gradient norm above which gradients are scaled down. */
  clipNorm: z.number().positive().default(1000),
  /** The model is told each item's class; `auto`: a GAN is where there are labels. A VAE needs it less: it draws by class from where the classes lie. */
  conditional: z.union([z.literal('auto'), z.boolean()]).default('auto'),
  /** Each class has the same share of an epoch, however many items it has. */
  balance: z.boolean().default(false),
  /** Of a GAN: what its critic sees is shifted and coloured at random, real and drawn alike; little data needs it, much is only blurred by it. */
  augment: z.union([z.literal('auto'), z.boolean()]).default('auto'),
  /** Of a GAN: the weight of the gradient penalty on real items (Mescheder 2018). */
  r1Gamma: z.number().min(0).max(1000).default(0.1),
  /** How much of the averaged weights, which score and draw, a step keeps, at most: early on it is less. */
  emaDecay: z.number().min(0).max(0.99999).default(0.999),
  /** `bfloat16`: the layers' products are, weights and losses are not; faster where the processor has it. */
  precision: z.enum(['float32', 'bfloat16']).default('float32'),
  /** Model whose weights the run starts from, as far as names and shapes are the same; null: it starts anew. */
  from: z.string().nullable().default(null),
  /** Minutes of training after which the run ends with the best epoch so far. */
  budgetMinutes: z.number().positive().nullable().default(null),
  /**
   * Epochs without a better selecting metric on the validation split after which training stops; `auto`: 5, and never for the preset
   * photo, whose second stage begins late.
   */
  patience: z.union([z.literal('auto'), z.int().min(1)]).default('auto'),
  seed: z.int().min(1).max(0xffffffff).default(1),
});
export type TrainConfig = z.infer<typeof TrainConfig>;

/** Settings of `train` that one run changes. Not TrainConfig.partial(): that would fill what was left out with defaults. */
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
