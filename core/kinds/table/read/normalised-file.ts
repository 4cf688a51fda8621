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

const MENDED_AT_ONCE = 10_000;

export type Staged = {
  readonly path: string;
  readonly format: 'csv' | 'json' | 'parquet';
  /**
   * File on the scratch disk: `line,place,cells...`; for JSON `line,place,text,cells...`; if `plain`, the original file.
   */
  readonly file: string;
  /** A header and `cells...`, each row on a line. */
  readonly plain?: Pick<PlainCsv, 'crlf' | 'marks'>;
  readonly delimiter: string;
  readonly columns: readonly string[];
  /** By column: the type that the file itself declares, as Parquet does. */
  readonly declared?: readonly (ColumnType | undefined)[];
  /** By column: whether some cell has surrounding white space. */
  readonly spaced: readonly boolean[];
  readonly rows: number;
  readonly detectedEncoding: string | undefined;
  /** Records above the names of the columns. */
  readonly preamble?: number;
  readonly broken: BrokenRows;
  /** File with the lines of rows whose number of cells was mended, one each. */
  readonly mendedLines?: string;
  /** The last columns, which come from the path and are not in the file. */
  readonly fromPath?: readonly PathColumn[];
  /** Remarks on parts that were left out or chosen. */
  readonly remarks?: readonly Remark[];
};

/** The first invalid records and their number. */
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

/** `close` returns the file, undefined if there are none. */
export function mendedRows(file: string): { add: (line: number) => void; close: () => string | undefined } {
  let out: ReturnType<typeof writer> | undefined;
  let lines: number[] = [];
  const flush = () => {
    out ??= writer(file);
    out.write(Buffer.from(`${lines.join('\n')}\n`));
    lines = [];
  };
  return {
    add(line) {
      lines.push(line);
      if (lines.length === MENDED_AT_ONCE) flush();
    },
    close() {
      if (lines.length > 0) flush();
      out?.close();
      return out && file;
    },
  };
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
