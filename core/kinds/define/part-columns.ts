// The columns that the parts of every kind have.
import type { PartColumn } from '../../base/parquet-columns.ts';
import type { IssueCode } from '../issues.ts';

export type CommonItem = {
  /** SHA-256 of the content. Two items with the same id are equal. */
  readonly itemId: string;
  /** Within the dataset or the archive. */
  readonly path: string;
  readonly label: string | null;
  readonly flags: readonly IssueCode[];
  readonly fixes: readonly string[];
  readonly license: string | null;
  /** Key in the drop bucket. */
  readonly source: string;
};

/** The first columns of every part. */
export const FIRST_COLUMNS = {
  itemId: { type: 'STRING', distinct: true },
  path: { type: 'STRING', distinct: true },
  label: { type: 'STRING', nullable: true },
} as const satisfies Partial<Record<keyof CommonItem, PartColumn>>;

/** The last columns of a part. `flags` and `fixes` are JSON lists. */
export const LAST_COLUMNS = {
  flags: { type: 'JSON' },
  fixes: { type: 'JSON' },
  license: { type: 'STRING', nullable: true },
  source: { type: 'STRING' },
} as const satisfies Partial<Record<keyof CommonItem, PartColumn>>;

/** Names of the columns of every part. */
export const COMMON_COLUMNS = Object.keys({ ...FIRST_COLUMNS, ...LAST_COLUMNS }) as readonly (keyof CommonItem)[];
