// The sections of dataset.yaml that every kind of data has.
import * as z from 'zod';
import { GateConfig } from '../gate-config.ts';
import type { SplitShares } from '../split.ts';
import { TrainConfig } from '../train-config.ts';

const share = z.number().min(0).max(1);
const shares = { train: share.default(0.8), validation: share.default(0.1), test: share.default(0.1) };
const sumsToOne = ({ train, validation, test }: SplitShares) => Math.abs(train + validation + test - 1) < 1e-6;
const noneEmpty = ({ train, validation, test }: SplitShares) => Math.min(train, validation, test) > 0;
const splitSchema = <Group extends z.ZodType<string | null>>(groupBy: Group) =>
  z
    .strictObject({ ...shares, groupBy })
    .refine(sumsToOne, 'the three shares must add up to 1')
    .refine(noneEmpty, 'each share must be above 0');

/** Items of one group are always in one split. folder: of the item. sidecar: its column `group`. */
export const SplitConfig = splitSchema(z.enum(['folder', 'sidecar']).nullable().default(null));
/** Rows with the same value in the column `groupBy` are always in one split. */
export const TableSplitConfig = splitSchema(z.string().min(1).nullable().default(null));

/** folder: the immediate parent folder. column:<name>: a column of the table. sidecar:<file>: a CSV or JSONL beside the items. */
export const Labels = z
  .string()
  .regex(/^(folder|none|column:.+|sidecar:.+)$/, 'folder, none, column:<name> or sidecar:<file>');

/** As they are written in dataset.yaml. */
export const SECTIONS_IN_FILE = {
  labels: Labels.optional(),
  license: z.string().min(1).optional(),
  gate: GateConfig.prefault({}),
  train: TrainConfig.prefault({}),
};
/** As they are in force. */
export const SECTIONS_IN_FORCE = {
  labels: Labels,
  license: z.string().nullable(),
  gate: GateConfig,
  train: TrainConfig,
};
