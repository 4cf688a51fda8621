// dataset.yaml: every setting a person can make, with its default. Strict: an unknown key is an issue with its line.
import * as z from 'zod';
import { hashOf } from './hash.ts';
import type { Kind } from './names.ts';

const share = z.number().min(0).max(1);

export const ImageConfig = z.strictObject({
  width: z.int().min(8).max(128).multipleOf(4),
  height: z.int().min(8).max(128).multipleOf(4),
  channels: z.union([z.literal(1), z.literal(3)]),
  fit: z.enum(['cover', 'contain', 'fill']).default('cover'),
});
export type ImageConfig = z.infer<typeof ImageConfig>;

export const SplitConfig = z
  .strictObject({ train: share.default(0.8), validation: share.default(0.1), test: share.default(0.1) })
  .refine(
    ({ train, validation, test }) => Math.abs(train + validation + test - 1) < 1e-6,
    'the three shares must add up to 1',
  )
  .refine(({ train, validation, test }) => Math.min(train, validation, test) > 0, 'each share must be above 0');

export const GateConfig = z.strictObject({
  auto: z.boolean().default(false),
  minItems: z.int().min(32).default(500),
  minNewItems: z.int().min(1).default(200),
  minQuality: share.default(0.7),
});
export type GateConfig = z.infer<typeof GateConfig>;

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

/** What was written in dataset.yaml; everything may be left out but the kind. */
export const DatasetFile = z.strictObject({
  kind: z.enum(['image']),
  image: ImageConfig.partial().optional(),
  labels: z.enum(['folder', 'none']).optional(),
  license: z.string().min(1).optional(),
  split: SplitConfig.prefault({}),
  gate: GateConfig.prefault({}),
  train: TrainConfig.prefault({}),
});

/** What the first acceptable upload tells where dataset.yaml is silent. */
export const Inferred = z.strictObject({
  kind: z.enum(['image']),
  image: ImageConfig,
  labels: z.enum(['folder', 'none']),
});
export type Inferred = z.infer<typeof Inferred>;

/** The settings in force: schema defaults, then what was inferred, then the file. */
export const EffectiveConfig = z.strictObject({
  kind: z.enum(['image']),
  image: ImageConfig,
  labels: z.enum(['folder', 'none']),
  license: z.string().nullable(),
  split: SplitConfig,
  gate: GateConfig,
  train: TrainConfig,
});
export type EffectiveConfig = z.infer<typeof EffectiveConfig>;

/** Undefined when neither the file nor an upload has said enough yet (the image size, for one). */
export function effectiveConfig(
  file: z.infer<typeof DatasetFile> | undefined,
  inferred: Inferred | undefined,
): EffectiveConfig | undefined {
  const kind: Kind | undefined = file?.kind ?? inferred?.kind;
  const image = ImageConfig.safeParse({ ...inferred?.image, ...file?.image });
  if (!kind || !image.success) return undefined;
  return {
    kind,
    image: image.data,
    labels: file?.labels ?? inferred?.labels ?? 'none',
    license: file?.license ?? null,
    split: file?.split ?? SplitConfig.parse({}),
    gate: file?.gate ?? GateConfig.parse({}),
    train: file?.train ?? TrainConfig.parse({}),
  };
}

/** Hash of the settings that decide what a cleaned item is. How items are split, gated and trained on does not re-clean them. */
export function configIdOf({ kind, image, labels, license }: EffectiveConfig): string {
  return hashOf({ kind, image, labels, license }).slice(0, 16);
}
