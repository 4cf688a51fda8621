// The sections of dataset.yaml that every kind of data has.
import * as z from 'zod';
import { GateConfig } from '../gate-config.ts';
import type { SplitShares } from '../split.ts';
import { type ModelFamily, TrainConfig } from '../train-config.ts';

const share = z.number().min(0).max(1);
const shares = { train: share.default(0.8), validation: share.default(0.1), test: share.default(0.1) };
const sumsToOne = ({ train, validation, test }: SplitShares) => Math.abs(train + validation + test - 1) < 1e-6;
const SUM = 'the three shares must add up to 1';
const EMPTY = 'each share must be above 0';
const noneEmpty = ({ train, validation, test }: SplitShares) => Math.min(train, validation, test) > 0;
/**
 * Items of one group are always in one split. `folder`: the group is the item's folder. `sidecar`: the group is the sidecar's column
 * `group`. `split: folders` is short for `by: folders`: the item is in the split that its folder is named after, and its label is the class
 * folder next to it.
 */
export const SplitConfig = z.preprocess(
  (written) => (written === 'folders' ? { by: 'folders' } : written),
  z
    .strictObject({
      ...shares,
      groupBy: z.enum(['folder', 'sidecar']).nullable().default(null),
      by: z.literal('folders').optional(),
    })
    .refine(sumsToOne, SUM)
    .refine(noneEmpty, EMPTY),
);
/** Rows with the same value in the column `groupBy` are always in one split. */
export const TableSplitConfig = z
  .strictObject({ ...shares, groupBy: z.string().min(1).nullable().default(null) })
  .refine(sumsToOne, SUM)
  .refine(noneEmpty, EMPTY);

/** folder: the immediate parent folder. column:<name>: a column of the table. sidecar:<file>: a CSV or JSONL beside the items. */
export const Labels = z
  .string()
  .regex(/^(folder|none|column:.+|sidecar:.+)$/, 'folder, none, column:<name> or sidecar:<file>');

/** Returns the sections as they are written in dataset.yaml, where only the families `models` train on such items. */
export const sectionsInFile = (models: readonly ModelFamily[]) => ({
  labels: Labels.optional(),
  license: z.string().min(1).optional(),
  gate: GateConfig.prefault({}),
  train: TrainConfig.extend({ model: z.enum(models).default('vae') }).prefault({}),
});
/** The sections with their defaults filled in. */
export const SECTIONS_IN_FORCE = {
  labels: Labels,
  license: z.string().nullable(),
  gate: GateConfig,
  train: TrainConfig,
};

/** The value for `split` that the folders of the first upload suggest. */
export const InferredSplit = z.literal('folders').optional();
