// Stored documents of a model: the card and the pointer to the current model.
import * as z from 'zod';
import { FirstVersion } from '../../base/json/schema-version.ts';
import { ImageConfig } from '../../kinds/image/config.ts';
import { COLUMN_TYPES } from '../../kinds/table/schema/column-types.ts';
import { MODEL_FAMILIES, TrainConfig } from '../../kinds/train-config.ts';
import { LatentFacts } from './latent-facts.ts';
import { TestMetrics } from './run.ts';

const ImageInput = ImageConfig.extend({ kind: z.literal('image') });
/** The columns of a generated table in order, with the source of each. */
export const TableInput = z.strictObject({
  kind: z.literal('table'),
  columns: z.array(
    z.strictObject({
      name: z.string(),
      type: z.enum(COLUMN_TYPES),
      /** modelled; computed from another column; or generated anew in the form of the training values, which no model has seen. */
      made: z.enum(['modelled', 'computed', 'regenerated']),
      /** The columns it is computed from, or the reason why it is generated anew. */
      note: z.string().optional(),
    }),
  ),
  /** Codes of all columns together: the width of a row in the network. */
  codes: z.int(),
  /** Between the cells of CSV. */
  delimiter: z.string(),
});
export type TableInput = z.infer<typeof TableInput>;

/**
 * The input of audio models: log-mel images of one channel, `width` frames by `height` bands, from which clips are synthesised.
 */
export const AudioInput = z.strictObject({
  kind: z.literal('audio'),
  sampleRate: z.int(),
  seconds: z.number(),
  width: z.int(),
  height: z.int(),
  channels: z.literal(1),
});
export type AudioInput = z.infer<typeof AudioInput>;

const TextSizes = z.strictObject({
  /** The unit of a symbol: a Unicode code point, or a byte of UTF-8 if there are too many code points. */
  unit: z.enum(['character', 'byte']),
  /** With those of several characters that were merged. */
  symbols: z.int(),
  /** Symbols of the longest text. */
  maxLength: z.int(),
});
export type TextSizes = z.infer<typeof TextSizes>;

/** Sizes of the drawn texts. `source`: sizes of the texts that they answer, if items are pairs. */
export const TextInput = TextSizes.extend({
  kind: z.literal('text'),
  source: TextSizes.optional(),
  /** What texts are written in, where that is no language. */
  notation: z.literal('abc').optional(),
});
export type TextInput = z.infer<typeof TextInput>;

/** The data that a model draws, by kind. */
export const ModelInput = z.discriminatedUnion('kind', [ImageInput, TableInput, AudioInput, TextInput]);
export type ModelInput = z.infer<typeof ModelInput>;

const Card = z.strictObject({
  schemaVersion: z.literal(2),
  modelId: z.string(),
  runId: z.string(),
  dataset: z.string(),
  snapshotId: z.string(),
  family: z.enum(MODEL_FAMILIES),
  input: ModelInput,
  latentDim: z.int(),
  labels: z.array(z.string()),
  trainItems: z.int(),
  /** The settings of the training, with every `auto` resolved. */
  train: TrainConfig,
  /** The person who overrode the gate, if it was overridden. */
  forcedBy: z.string().optional(),
  /** Only for families with an encoder. */
  latent: LatentFacts.nullable().default(null),
  metrics: TestMetrics,
  license: z.string().nullable(),
  /** Every file of the model except this card, with its SHA-256. */
  files: z.record(z.string(), z.string()),
});
export type ModelCard = z.infer<typeof Card>;
/** The card of a model of that kind of data. */
export type CardOf<K extends ModelInput['kind']> = ModelCard & { readonly input: Extract<ModelInput, { kind: K }> };

export function isCardOf<K extends ModelInput['kind']>(card: ModelCard, kind: K): card is CardOf<K> {
  return card.input.kind === kind;
}

/**
 * models/<ds>/<modelId>/card.json, written last: a model with a card is complete. Version 1, which has `kind` and `image` in place of
 * `input`, is read as well.
 */
export const ModelCard: z.ZodType<ModelCard, unknown> = z.preprocess(upgraded, Card);

function upgraded(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('image' in value)) return value;
  const { kind, image, ...rest } = value as Record<string, unknown>;
  return { ...rest, schemaVersion: 2, input: { kind, ...(image as object) } };
}

/** registry/<ds>/current.json, written with If-Match only. `history` starts with the newest entry. */
export const CurrentModel = z.strictObject({
  schemaVersion: FirstVersion,
  modelId: z.string(),
  runId: z.string(),
  promotedAt: z.string(),
  history: z.array(
    z.strictObject({
      modelId: z.string(),
      promotedAt: z.string(),
      /** Who requested it; absent after a finished training. */
      by: z.string().optional(),
      /** The comparison that led to the promotion, or the reason for a forced promotion or a rollback. */
      reason: z.string().optional(),
    }),
  ),
});
export type CurrentModel = z.infer<typeof CurrentModel>;

/** registry/<ds>/<modelId>.json */
export const RegistryEntry = z.strictObject({
  schemaVersion: FirstVersion,
  modelId: z.string(),
  promoted: z.boolean(),
  reason: z.string().nullable(),
  revoked: z.boolean(),
});
export type RegistryEntry = z.infer<typeof RegistryEntry>;
