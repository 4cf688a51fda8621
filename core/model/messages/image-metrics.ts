// Compares generated images with held-out ones. Each metric has reference values for real images and for a simple baseline model.
import * as z from 'zod';

/** The network whose features are compared, one for each snapshot. Metrics of different networks cannot be compared. */
export const FeatureNetFacts = z.strictObject({
  /** SHA-256 of the architecture and the weights. */
  sha256: z.string(),
  learnedFrom: z.enum(['labels', 'rotations']),
  classes: z.int().min(2),
  dimensions: z.int(),
  steps: z.int(),
  /** Share of validation items whose class, or rotation, the network predicts correctly. */
  accuracy: z.number(),
});
export type FeatureNetFacts = z.infer<typeof FeatureNetFacts>;

/** models/<ds>/features/<snapshotId>.json: which network a snapshot's models are compared by. */
export const FeatureNetRecord = z.strictObject({
  schemaVersion: z.literal(1),
  dataset: z.string(),
  snapshotId: z.string(),
  facts: FeatureNetFacts,
});
export type FeatureNetRecord = z.infer<typeof FeatureNetRecord>;

export const IMAGE_FIGURES = [
  'kid',
  'fid',
  'precision',
  'recall',
  'density',
  'coverage',
  'classAccuracy',
  'psnr',
  'ssim',
] as const;

const Compared = z.strictObject({
  name: z.enum(IMAGE_FIGURES),
  better: z.enum(['lower', 'higher']),
  model: z.number(),
  /** The middle 95 % over bootstrap draws. */
  interval: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
  /** Value for other real images; null if it is meaningless. */
  real: z.number().nullable(),
  realInterval: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
  /** A normal distribution over principal components in the model's place. */
  baseline: z.number().nullable(),
});
export type Compared = z.infer<typeof Compared>;

/** Properties of generated images besides their distance from real images. */
export const DrawFacts = z.object({
  /** Mean distance between two draws, as a share of that between two held-out images: 0 = all draws are the same. */
  diversity: z.object({ pixels: z.number(), features: z.number() }),
  /** Mean squared difference of neighbouring pixels, as a share of that of held-out images: blur lowers it, noise raises it. */
  sharpness: z.object({ model: z.number(), baseline: z.number() }),
  /** Median distance to the nearest training image (root mean squared difference, 1 = black to white), of draws and of held-out images. */
  nearestTraining: z.object({ model: z.number(), real: z.number() }),
});
export type DrawFacts = z.infer<typeof DrawFacts>;

export const ImageMetrics = z.strictObject({
  /** Images on each side of every comparison. */
  n: z.int(),
  features: FeatureNetFacts,
  figures: z.array(Compared),
  /** KID of real images that were made worse, in the model's place. */
  ladder: z.array(z.strictObject({ degradation: z.string(), kid: z.number() })),
  /** Absent from cards that were written before it was measured. */
  draws: DrawFacts.optional(),
  /** Components of the baseline: as many as the model has latent dimensions, where the data has them. */
  baselineComponents: z.int(),
});
export type ImageMetrics = z.infer<typeof ImageMetrics>;
