// The table of the contest: its size, and what is wrong with it.
import type { TableDefect } from '../planted/tables.ts';

export const ROWS = 1_000_000;
export const SEED = 7;
export const OF_EACH = 1_500;
/** Those for which the peer has a check, too. */
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
