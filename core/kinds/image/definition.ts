// The definition of images, without native libraries.
import * as z from 'zod';
import { LIMITS } from '../../base/limits.ts';
import { InferredSplit, Labels, SECTIONS_IN_FORCE, SplitConfig, sectionsInFile } from '../define/dataset-sections.ts';
import type { KindDefinition } from '../define/kind-definition.ts';
import { rulesSchema } from '../define/rules-in-force.ts';
import { ITEM_RULES } from '../item-rules.ts';
import { ImageConfig } from './config.ts';
import { IMAGE_ISSUES } from './issues.ts';
import type { ImageMeasures } from './measure.ts';
import { IMAGE_RULES } from './rules.ts';

const RULES = { ...ITEM_RULES, ...IMAGE_RULES };

/** The families of models that train on its items. */
const MODELS = ['vae', 'gan'] as const;

/** dataset.yaml as it is written. */
export const ImageFile = z.strictObject({
  kind: z.literal('image'),
  image: ImageConfig.partial().optional(),
  rules: rulesSchema(RULES),
  split: SplitConfig.prefault({}),
  ...sectionsInFile(MODELS),
});

/** The settings inferred from the first upload. */
export const ImageInferred = z.strictObject({
  kind: z.literal('image'),
  image: ImageConfig,
  labels: Labels,
  split: InferredSplit,
});

/** The settings in force. */
export const ImageDataset = z.strictObject({
  kind: z.literal('image'),
  image: ImageConfig,
  rules: rulesSchema(RULES),
  split: SplitConfig,
  ...SECTIONS_IN_FORCE,
});
export type ImageDataset = z.infer<typeof ImageDataset>;

/** The measures of an image: their names for people, with units. */
export const IMAGE_MEASURES = {
  brightness: 'Brightness, 0 to 1',
  contrast: 'Contrast, 0 to 1',
  sharpness: 'Sharpness, 0 to 1',
  entropy: 'Entropy, bits',
  colourfulness: 'Colourfulness, 0 for grey',
  uniformity: 'Share of pixels with the same brightness',
  noise: 'Noise, grey levels (0 to 255)',
  aspect: 'Width / height',
} as const satisfies Record<keyof ImageMeasures | 'aspect', string>;

export const IMAGE_KIND = {
  kind: 'image',
  item: { one: 'image', many: 'images', withArticle: 'an image' },
  issues: IMAGE_ISSUES,
  rules: RULES,
  content: { families: ['image'] },
  unit: { entries: LIMITS.unitEntries, bytes: LIMITS.unitBytes, fileBytes: LIMITS.fileBytes },
  hasLines: false,
  takesSidecar: true,
  measures: IMAGE_MEASURES,
  words: {
    copies: 'One copy is kept, the first one shown here.',
    age: 'Images have no age limit',
  },
  tabular: null,
  shard: {
    type: 'array',
    holds: 'pixels',
    values: 'uint8',
    itemShape: ({ image: { width, height, channels } }: ImageDataset) => [height, width, channels],
  },
  preview: {
    columns: ['bytes', 'width', 'height', 'channels'],
    of: ({ bytes, width, height, channels }) => ({
      shows: 'pixels',
      width: Number(width),
      height: Number(height),
      channels: Number(channels),
      pixels: bytes as Uint8Array,
    }),
    dropped: 'picture',
  },
  cleaner: {
    memoryMiB: 1769,
    timeoutSeconds: 120,
    native: ['sharp'],
    apart: ['libheif-js/wasm-bundle.js', '@jsquash/jxl/codec/dec/jxl_dec.js'],
    lightBytes: 2 ** 20,
  },
  alignment: {
    rule: 'image.no-common-subject',
    isOn: ({ image }: ImageDataset) => image.fit === 'subject',
  },
  models: MODELS,
  drawn: { call: 1_024, shard: 1_000, most: 100_000, type: 'application/zip' },
  dropsCopies: () => true,
  itemBytes: ({ image: { width, height, channels } }: ImageDataset) => width * height * channels,
} as const satisfies KindDefinition;
