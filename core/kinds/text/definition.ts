// The definition of texts, without language detection.
import * as z from 'zod';
import { LIMITS } from '../../base/limits.ts';
import { asWritten } from '../define/as-written.ts';
import { InferredSplit, Labels, SECTIONS_IN_FORCE, SplitConfig, sectionsInFile } from '../define/dataset-sections.ts';
import type { KindDefinition } from '../define/kind-definition.ts';
import { rulesSchema } from '../define/rules-in-force.ts';
import { ITEM_RULES } from '../item-rules.ts';
import { TextConfig } from './config.ts';
import { TEXT_ISSUES } from './issues.ts';
import { sourceGroup } from './pair.ts';
import { TEXT_RULES } from './rules.ts';

/** Average bytes of a line or of a cell over a shard, at most. */
const TYPICAL_BYTES = 4096;
/** The same of a document that is a file of its own: few are longer, and a shard of novels of 500 KB still fits into its function. */
const DOCUMENT_BYTES = 128 * 1024;

type TextSettings = Omit<TextDataset, 'gate' | 'train'>;

const RULES = { ...ITEM_RULES, ...TEXT_RULES };

/** The families of models that train on its items. */
const MODELS = ['vae'] as const;

/** dataset.yaml as it is written. */
export const TextFile = z.strictObject({
  kind: z.literal('text'),
  text: asWritten(TextConfig)
    .refine(({ source, column }) => source === undefined || typeof column === 'string', {
      path: ['source'],
      message: 'text.column as well: the column with the answers',
    })
    // A column is named where documents are records.
    .transform((text) =>
      typeof text.column === 'string' && text.unit === undefined ? { ...text, unit: 'column' as const } : text,
    )
    .optional(),
  rules: rulesSchema(RULES),
  split: SplitConfig.prefault({}),
  ...sectionsInFile(MODELS),
});

/** The settings inferred from the first upload. */
export const TextInferred = z.strictObject({
  kind: z.literal('text'),
  text: TextConfig,
  labels: Labels,
  split: InferredSplit,
});

/** The settings in force. */
export const TextDataset = z.strictObject({
  kind: z.literal('text'),
  text: TextConfig,
  rules: rulesSchema(RULES),
  split: SplitConfig,
  ...SECTIONS_IN_FORCE,
});
export type TextDataset = z.infer<typeof TextDataset>;

/** The measures of a document: their names for people, with units. */
export const TEXT_MEASURES = {
  length: 'Length, characters',
  tokens: 'Length, tokens',
  letterShare: 'Share of letters',
  repetition: 'Share repeated',
  boilerplate: 'Share of boilerplate',
} as const;

export const TEXT_KIND = {
  kind: 'text',
  item: { one: 'document', many: 'documents', withArticle: 'a document' },
  issues: TEXT_ISSUES,
  rules: RULES,
  // Of Parquet, only a dataset.yaml says that a column of it is texts.
  content: { families: ['text', 'document', 'parquet', 'gzip'], claims: (family) => family !== 'parquet' },
  unit: { entries: LIMITS.unitEntries, bytes: LIMITS.textUnitBytes, fileBytes: LIMITS.unitBytes },
  hasLines: true,
  takesSidecar: true,
  measures: TEXT_MEASURES,
  words: {
    copies: 'One copy is kept, the first one shown here.',
    age: 'Documents have no age limit',
  },
  tabular: null,
  shard: {
    type: 'rows',
    columns: (_schema, { text }: TextSettings) => ({
      ...(text.source !== undefined && { source: { type: 'STRING', distinct: true } as const }),
      text: { type: 'STRING', distinct: true },
    }),
    read: (_schema, { text }: TextSettings) => ['bytes', ...(text.source === undefined ? [] : ['pairSource'])],
    row({ bytes, pairSource }) {
      if (!(bytes instanceof Uint8Array)) return undefined;
      const text = new TextDecoder().decode(bytes);
      return pairSource === undefined ? { text } : { source: pairSource, text };
    },
  },
  preview: {
    // Undefined: all columns, because those of pairs and texts differ.
    columns: undefined,
    of({ bytes, pairSource }) {
      const text = new TextDecoder().decode(bytes as Uint8Array);
      return { shows: 'text', text: pairSource === undefined ? text : `${pairSource} → ${text}` };
    },
    dropped: null,
  },
  // A text may be lines of one letter.
  cleaner: {
    memoryMiB: 1769,
    timeoutSeconds: 120,
    apart: ['eld/small'],
    children: ['extract-process.ts'],
    lightBytes: 2 ** 16,
  },
  alignment: null,
  models: MODELS,
  drawn: { call: 10_000, shard: 10_000, most: 1_000_000, type: 'text/plain' },
  groupOf: ({ pairSource }) => (typeof pairSource === 'string' ? sourceGroup(pairSource) : null),
  dropsCopies: () => true,
  itemBytes: ({ text }: TextDataset) => Math.min(text.maxLength, text.unit === 'file' ? DOCUMENT_BYTES : TYPICAL_BYTES),
} as const satisfies KindDefinition;
