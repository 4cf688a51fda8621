// dataset.yaml: every setting a person can make, with its default. Strict: an unknown key is an issue with its line.
import * as z from 'zod';
import { hashOf } from '../base/hash.ts';
import { TrainConfig } from '../model/train-config.ts';
import { GateConfig } from '../snapshot/gate-config.ts';
import { DATASET_RULES } from './item-rules.ts';
import { type RulesInForce, rulesSchema } from './rules.ts';
import type { SplitShares } from './split.ts';
import { LANGUAGES } from './text/language/languages.ts';

const share = z.number().min(0).max(1);

export const ImageConfig = z.strictObject({
  width: z.int().min(8).max(128).multipleOf(4),
  height: z.int().min(8).max(128).multipleOf(4),
  channels: z.union([z.literal(1), z.literal(3)]),
  fit: z.enum(['cover', 'contain', 'fill']).default('cover'),
});
export type ImageConfig = z.infer<typeof ImageConfig>;

const shares = { train: share.default(0.8), validation: share.default(0.1), test: share.default(0.1) };
const sumsToOne = ({ train, validation, test }: SplitShares) => Math.abs(train + validation + test - 1) < 1e-6;
const noneEmpty = ({ train, validation, test }: SplitShares) => Math.min(train, validation, test) > 0;
const splitOf = <Group extends z.ZodType<string | null>>(groupBy: Group) =>
  z
    .strictObject({ ...shares, groupBy })
    .refine(sumsToOne, 'the three shares must add up to 1')
    .refine(noneEmpty, 'each share must be above 0');

/** Items of one group are always in one split. folder: of the item. sidecar: its column `group`. */
export const SplitConfig = splitOf(z.enum(['folder', 'sidecar']).nullable().default(null));
/** Rows with the same value in the column `groupBy` are always in one split. */
export const TableSplitConfig = splitOf(z.string().min(1).nullable().default(null));

export const TableConfig = z.strictObject({
  /** Version of the schema in force; null: the first, which the first upload speaks for. */
  schema: z.int().positive().nullable().default(null),
  /** Column whose values name a row: a repeated value is a duplicate. */
  key: z.string().min(1).nullable().default(null),
  delimiter: z.union([z.literal('auto'), z.string().length(1)]).default('auto'),
  encoding: z.enum(['auto', 'utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'iso-8859-1']).default('auto'),
});
export type TableConfig = z.infer<typeof TableConfig>;

export const TextConfig = z.strictObject({
  /** What one document is: a file, a line of one, or the column of a JSONL or CSV file. */
  unit: z.enum(['file', 'line', 'column']).default('line'),
  column: z.string().min(1).nullable().default(null),
  /** Characters; longer documents are refused. */
  maxLength: z.int().min(1).max(1_000_000).default(64),
  encoding: z.enum(['auto', 'utf-8', 'utf-16le', 'utf-16be', 'windows-1252', 'iso-8859-1']).default('auto'),
  /** Those that documents may be in; null: every one. */
  languages: z.array(z.enum(LANGUAGES)).min(1).nullable().default(null),
});
export type TextConfig = z.infer<typeof TextConfig>;

export const AudioConfig = z.strictObject({
  sampleRate: z.int().min(4000).max(48_000).default(8000),
  /** Every clip is cut or padded to this length. */
  seconds: z.number().min(0.1).max(30).default(1),
});
export type AudioConfig = z.infer<typeof AudioConfig>;

/** folder: the immediate parent folder. column:<name>: a column of the table. sidecar:<file>: a CSV or JSONL beside the items. */
export const Labels = z
  .string()
  .regex(/^(folder|none|column:.+|sidecar:.+)$/, 'folder, none, column:<name> or sidecar:<file>');

const inFile = {
  labels: Labels.optional(),
  license: z.string().min(1).optional(),
  gate: GateConfig.prefault({}),
  train: TrainConfig.prefault({}),
};
const inForce = {
  labels: Labels,
  license: z.string().nullable(),
  gate: GateConfig,
  train: TrainConfig,
};

/** What was written in dataset.yaml; everything may be left out but the kind. */
export const DatasetFile = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('image'),
    image: ImageConfig.partial().optional(),
    rules: rulesSchema('image'),
    split: SplitConfig.prefault({}),
    ...inFile,
  }),
  z.strictObject({
    kind: z.literal('table'),
    table: TableConfig.prefault({}),
    rules: rulesSchema('table'),
    split: TableSplitConfig.prefault({}),
    ...inFile,
  }),
  z.strictObject({
    kind: z.literal('text'),
    text: TextConfig.partial().optional(),
    rules: rulesSchema('text'),
    split: SplitConfig.prefault({}),
    ...inFile,
  }),
  z.strictObject({
    kind: z.literal('audio'),
    audio: AudioConfig.partial().optional(),
    rules: rulesSchema('audio'),
    split: SplitConfig.prefault({}),
    ...inFile,
  }),
]);
export type DatasetFile = z.infer<typeof DatasetFile>;

/** What the first acceptable upload tells where dataset.yaml is silent. */
export const Inferred = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('image'), image: ImageConfig, labels: Labels }),
  z.strictObject({ kind: z.literal('table'), table: TableConfig, labels: Labels }),
  z.strictObject({ kind: z.literal('text'), text: TextConfig, labels: Labels }),
  z.strictObject({ kind: z.literal('audio'), audio: AudioConfig, labels: Labels }),
]);
export type Inferred = z.infer<typeof Inferred>;

export const ImageDataset = z.strictObject({
  kind: z.literal('image'),
  image: ImageConfig,
  rules: rulesSchema('image'),
  split: SplitConfig,
  ...inForce,
});
export type ImageDataset = z.infer<typeof ImageDataset>;
export const TableDataset = z.strictObject({
  kind: z.literal('table'),
  table: TableConfig,
  rules: rulesSchema('table'),
  split: TableSplitConfig,
  ...inForce,
});
export type TableDataset = z.infer<typeof TableDataset>;
export const TextDataset = z.strictObject({
  kind: z.literal('text'),
  text: TextConfig,
  rules: rulesSchema('text'),
  split: SplitConfig,
  ...inForce,
});
export type TextDataset = z.infer<typeof TextDataset>;
export const AudioDataset = z.strictObject({
  kind: z.literal('audio'),
  audio: AudioConfig,
  rules: rulesSchema('audio'),
  split: SplitConfig,
  ...inForce,
});
export type AudioDataset = z.infer<typeof AudioDataset>;

/** The settings in force: schema defaults, then what was inferred, then the file. */
export const EffectiveConfig = z.discriminatedUnion('kind', [ImageDataset, TableDataset, TextDataset, AudioDataset]);
export type EffectiveConfig = z.infer<typeof EffectiveConfig>;

/** Undefined when neither the file nor an upload has said enough yet (the image size, for one). */
export function effectiveConfig(
  file: DatasetFile | undefined,
  inferred: Inferred | undefined,
): EffectiveConfig | undefined {
  const kind = file?.kind ?? inferred?.kind;
  if (!kind) return undefined;
  // What was inferred of another kind than the file's says nothing here.
  const found: Record<string, unknown> = inferred?.kind === kind ? inferred : {};
  const written: Record<string, unknown> = file ?? {};
  const { success, data } = EffectiveConfig.safeParse({
    kind,
    [kind]: { ...(found[kind] as object | undefined), ...(written[kind] as object | undefined) },
    rules: written.rules ?? {},
    labels: written.labels ?? found.labels ?? 'none',
    license: written.license ?? null,
    split: file?.split ?? SplitConfig.parse({}),
    gate: file?.gate ?? GateConfig.parse({}),
    train: file?.train ?? TrainConfig.parse({}),
  });
  return success ? data : undefined;
}

/** Hash of the settings that decide what a cleaned item is. How items are compared, split, gated and trained on does not re-clean them. */
export function configIdOf(config: EffectiveConfig): string {
  const { split: _split, gate: _gate, train: _train, rules, ...decides } = config;
  return hashOf({ ...decides, rules: rulesOf(rules, (code) => !isDatasetRule(code)) }).slice(0, 16);
}

/** The rules that act when a snapshot is made. */
export function datasetRulesOf({ rules }: EffectiveConfig): RulesInForce {
  return rulesOf(rules, isDatasetRule);
}

function rulesOf(rules: RulesInForce, which: (code: string) => boolean): RulesInForce {
  return Object.fromEntries(Object.entries(rules).filter(([code]) => which(code)));
}

function isDatasetRule(code: string): boolean {
  return DATASET_RULES.some((name) => name === code);
}
