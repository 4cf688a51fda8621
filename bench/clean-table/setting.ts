// The table of the comparison: its size and its defects.
import type { TableDefect } from '../planted/tables.ts';

export const ROWS = 1_000_000;
export const SEED = 7;
export const OF_EACH = 1_500;
/** Defects that the peers check as well. */
export const DEFECTS: readonly TableDefect[] = [
  'table.category',
  'table.range',
  'table.type',
  'table.null',
  'table.stale',
  'table.unique',
  'table.row-rule',
  'table.pattern',
];
