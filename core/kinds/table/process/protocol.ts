// The messages between a cleaning function and the process that reads its tables.

import type { Change } from '../../define/change.ts';
import type { Issue, IssueCounts } from '../../define/issue.ts';
import type { Remark } from '../../define/remark.ts';
import type { TableDataset } from '../definition.ts';
import type { TablePreview } from '../report/preview.ts';
import type { TableSchema } from '../schema/schema.ts';
import type { ResourceBudget } from './resource-budget.ts';

export type OpenRequest = {
  readonly type: 'open';
  /** The path for people. */
  readonly path: string;
  /** The file on the scratch disk. The process only writes to `folder`, which no other process uses. */
  readonly file: string;
  readonly folder: string;
  readonly config: TableDataset;
  readonly budget: ResourceBudget;
};
export type CheckRequest = {
  readonly type: 'check';
  /** Null if the table has no rows that need a schema. */
  readonly schema: TableSchema | null;
  /** ISO 8601. */
  readonly now: string;
  /** Key in the drop bucket. */
  readonly source: string;
  /** The rows to look at, by line; null for all. */
  readonly lines: readonly number[] | null;
  /** Accepted rows to show, beside the rows as they came. */
  readonly previewRows: number;
};
export type ReaderRequest = OpenRequest | { readonly type: 'infer' } | CheckRequest;

export type OpenedTable =
  | { readonly ok: true; readonly rows: number; readonly columns: number; readonly remarks: readonly Remark[] }
  | { readonly ok: false; readonly issue: Issue };
/** The reason why the rows cannot be read. */
type Unreadable = { readonly ok: false; readonly issues: readonly [Issue, ...Issue[]] };
export type InferredTable = { readonly ok: true; readonly schema: TableSchema } | Unreadable;
/** What was found in the rows of a table. */
export type RowFindings = {
  readonly accepted: number;
  readonly rejected: number;
  readonly byIssue: IssueCounts;
  /** Counts of the flags among them on accepted rows. */
  readonly flagged: IssueCounts;
  /** The changes made to accepted rows. */
  readonly changes: readonly Change[];
  /** Changed rows, by rule. */
  readonly fixed: IssueCounts;
  readonly preview?: TablePreview;
};
export type Checked =
  | Unreadable
  | (RowFindings & {
      readonly ok: true;
      /** Parquet of the accepted rows; null if there are none. */
      readonly part: string | null;
      /** JSONL of the rejected rows that are kept: {path, issues, row}. */
      readonly rejects: string;
    });
/** `begun`: from now on, a crash of the process is caused by the table. `fault`: an error of goldpan. */
export type ReaderReply<T> = { readonly begun: true } | { readonly result: T } | { readonly fault: string };
