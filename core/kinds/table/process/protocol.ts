// What a cleaning function and the process that reads its tables tell each other.

import type { Change } from '../../define/change.ts';
import type { Issue, IssueCounts } from '../../define/issue.ts';
import type { Remark } from '../../define/remark.ts';
import type { TableDataset } from '../definition.ts';
import type { TablePreview } from '../report/preview.ts';
import type { TableSchema } from '../schema/schema.ts';
import type { ResourceBudget } from './resource-budget.ts';

export type OpenRequest = {
  readonly type: 'open';
  /** For people. */
  readonly path: string;
  /** On the scratch disk; everything the process writes lies in `folder`, which nobody else uses. */
  readonly file: string;
  readonly folder: string;
  readonly config: TableDataset;
  readonly budget: ResourceBudget;
};
export type CheckRequest = {
  readonly type: 'check';
  /** Null where the table has no rows that need one. */
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
/** Why nothing can be told of its rows. */
type Unreadable = { readonly ok: false; readonly issues: readonly [Issue, ...Issue[]] };
export type InferredTable = { readonly ok: true; readonly schema: TableSchema } | Unreadable;
export type Checked =
  | Unreadable
  | {
      readonly ok: true;
      readonly accepted: number;
      readonly rejected: number;
      readonly byIssue: IssueCounts;
      /** Of these, what accepted rows are flagged with. */
      readonly flagged: IssueCounts;
      /** What was changed in accepted rows. */
      readonly changes: readonly Change[];
      readonly preview?: TablePreview;
      /** Parquet of the accepted rows; null when there are none. */
      readonly part: string | null;
      /** JSONL of the rejected rows that are kept: {path, issues, row}. */
      readonly rejects: string;
    };
/** `begun`: what ends the process from now on is the table. `fault`: of ours. */
export type ReaderReply<T> = { readonly begun: true } | { readonly result: T } | { readonly fault: string };
