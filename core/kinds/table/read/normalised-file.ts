// A table in one strict form: CSV with the line of each row, whatever it was before; or the file itself, where it is as strict.
import { closeSync, openSync, writeSync } from 'node:fs';
import type { IssueCounts } from '../../define/issue.ts';
import { addCounts, countIssues } from '../../define/issue.ts';
import type { Remark } from '../../define/remark.ts';
import { TABLE_LIMITS } from '../limits.ts';
import type { ColumnType } from '../schema/column-types.ts';
import type { BrokenRow } from './normalise-csv.ts';
import type { PathColumn } from './path-columns.ts';
import type { PlainCsv } from './plain-csv.ts';

export type Staged = {
  readonly path: string;
  readonly format: 'csv' | 'json' | 'parquet';
  /** On the scratch disk: `line,place,cells...`; of JSON `line,place,text,cells...`; where it is `plain`, the table as it came. */
  readonly file: string;
  /** A header and `cells...`, each row on a line. */
  readonly plain?: Pick<PlainCsv, 'crlf' | 'marks'>;
  readonly delimiter: string;
  readonly columns: readonly string[];
  /** By column: the type that the file itself declares, as Parquet does. */
  readonly declared?: readonly (ColumnType | undefined)[];
  /** By column: whether white space stands around a cell. */
  readonly spaced: readonly boolean[];
  readonly rows: number;
  readonly detectedEncoding: string | undefined;
  /** Records above the names of the columns. */
  readonly preamble?: number;
  readonly broken: BrokenRows;
  /** The last columns, which its path tells and the staged file does not have. */
  readonly fromPath?: readonly PathColumn[];
  /** What was left out or chosen on the way. */
  readonly remarks?: readonly Remark[];
};

/** The first of those that are no rows, and how many there were. */
export type BrokenRows = { readonly kept: BrokenRow[]; count: number; readonly byIssue: IssueCounts };

export function brokenRows(): BrokenRows & { readonly add: (row: BrokenRow) => void } {
  const broken = { kept: [] as BrokenRow[], count: 0, byIssue: {} as IssueCounts };
  let keptLength = 0;
  return Object.assign(broken, {
    add(row: BrokenRow) {
      broken.count++;
      addCounts(broken.byIssue, countIssues(row.issues));
      if (broken.kept.length >= TABLE_LIMITS.keptRows || keptLength > TABLE_LIMITS.keptRowsLength) return;
      keptLength += row.row.length;
      broken.kept.push(row);
    },
  });
}

export function writer(file: string): { write: (block: Uint8Array) => void; close: () => void } {
  const descriptor = openSync(file, 'w');
  return {
    write(block) {
      for (let at = 0; at < block.length; ) at += writeSync(descriptor, block, at);
    },
    close: () => closeSync(descriptor),
  };
}
