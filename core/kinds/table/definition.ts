// The definition of tables, without DuckDB.
import * as z from 'zod';
import { LIMITS } from '../../base/limits.ts';
import { Labels, SECTIONS_IN_FORCE, sectionsInFile, TableSplitConfig } from '../define/dataset-sections.ts';
import type { KindDefinition } from '../define/kind-definition.ts';
import { rulesSchema } from '../define/rules-in-force.ts';
import { isNote } from '../formats/notes-beside-tables.ts';
import { ITEM_RULES } from '../item-rules.ts';
import { schemaVersionOf, TableConfig } from './config.ts';
import { TABLE_ISSUES } from './issues.ts';
import { looksLikeTable } from './looks-like-table.ts';
import { PARQUET_TYPES } from './part-columns.ts';
import { TABLE_RULES } from './rules.ts';

const RULES = { ...ITEM_RULES, ...TABLE_RULES };

/** The families of models that train on its items. */
const MODELS = ['vae', 'gan', 'latent-class'] as const;

/** dataset.yaml as it is written. */
export const TableFile = z.strictObject({
  kind: z.literal('table'),
  table: TableConfig.prefault({}),
  rules: rulesSchema(RULES),
  split: TableSplitConfig.prefault({}),
  ...sectionsInFile(MODELS),
});

/** The settings inferred from the first upload. */
export const TableInferred = z.strictObject({ kind: z.literal('table'), table: TableConfig, labels: Labels });

/** The settings in force. */
export const TableDataset = z.strictObject({
  kind: z.literal('table'),
  table: TableConfig,
  rules: rulesSchema(RULES),
  split: TableSplitConfig,
  ...SECTIONS_IN_FORCE,
});
export type TableDataset = z.infer<typeof TableDataset>;

export const TABLE_KIND = {
  kind: 'table',
  item: { one: 'row', many: 'rows', withArticle: 'a row' },
  issues: TABLE_ISSUES,
  rules: RULES,
  content: {
    families: ['text', 'parquet', 'records', 'sheet', 'gzip', 'packed'],
    claims: (family, start, path) => family !== 'text' || looksLikeTable(start, path),
    isNote,
  },
  // A table may hold a million rows, so each is a unit of its own.
  unit: { entries: 1, bytes: LIMITS.unitBytes, fileBytes: LIMITS.tableBytes },
  hasLines: true,
  takesSidecar: false,
  measures: null,
  words: {
    copies: 'Repeated rows are legitimate in tables: they are kept and flagged.',
    age: 'The schema does not limit the age of rows (maxAgeDays)',
  },
  tabular: {
    schemaVersion: ({ table }: TableDataset) => schemaVersionOf(table),
    rowColumns: ({ table, split }: TableDataset) => ({ key: table.key, group: split.groupBy }),
  },
  shard: {
    type: 'rows',
    columns: (schema) =>
      schema &&
      Object.fromEntries(
        schema.columns.map((column) => [column.in, { type: PARQUET_TYPES[column.type], nullable: true } as const]),
      ),
    read: (schema) => schema?.columns.map((column) => column.in) ?? [],
    row: (item) => item,
  },
  preview: { columns: undefined, of: () => ({ shows: 'cells' }), dropped: null },
  // A table is one unit however large, and is spooled to the scratch folder.
  cleaner: {
    memoryMiB: 3008,
    timeoutSeconds: 900,
    native: ['duckdb'],
    children: ['read-process.ts'],
    scratchMiB: 4096,
    lightBytes: 0,
  },
  /** Equal rows are only dropped if a rule or a declared key says so, because tables repeat rows. */
  alignment: null,
  models: MODELS,
  drawn: { call: 50_000, shard: 50_000, most: 1_000_000, type: 'text/csv' },
  dropsCopies: ({ table, rules }: TableDataset) =>
    rules[table.key === null ? 'item.duplicate' : 'table.unique']?.action === 'reject',
  itemBytes: () => 1,
} as const satisfies KindDefinition;
