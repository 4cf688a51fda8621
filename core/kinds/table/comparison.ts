// Compares rows by their numbers and times, without the columns that hold personal data.
import { type Comparison, FEWER_FLAGS, numberOf } from '../define/comparison.ts';
import { nameLikeColumn } from '../personal-columns.ts';
import { cellOf } from './codec/cell-of.ts';
import { rowContents } from './row-content.ts';
import { isNumeric, isTemporal } from './schema/schema.ts';
import type { SnapshotSchema } from './schema/snapshot-schema.ts';

/** Maximum number of columns that are compared; more would add cost and hardly any information. */
const MEASURED_COLUMNS = 32;

export function tableComparison(schema: SnapshotSchema | null): Comparison {
  const columns = schema?.columns ?? [];
  const measured = columns
    .filter(({ type, name }) => (isNumeric(type) || isTemporal(type)) && !nameLikeColumn(name))
    .slice(0, MEASURED_COLUMNS);
  const contentOf = rowContents(columns.map(({ name }) => name));
  return {
    columns: ['line', ...columns.map((column) => column.in)],
    measures: measured.map(({ name }) => name),
    fingerprintBytes: 0,
    better: [FEWER_FLAGS],
    content: (row) => contentOf(columns.map((column) => cellOf(row[column.in]))),
    repeatsByChance: true,
    measure: (row) => measured.map((column) => numberOf(row[column.in])),
  };
}
