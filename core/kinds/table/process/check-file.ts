// Checks one table file on the scratch disk and returns its accepted and rejected rows. A separate process reads it, so that a crash is
// contained.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Issue, IssueCounts } from '../../define/issue.ts';
import type { Remark } from '../../define/remark.ts';
import type { TableDataset } from '../definition.ts';
import type { TableSchema } from '../schema/schema.ts';
import type { RowFindings } from './protocol.ts';
import { ReaderDiedError, startReader } from './reader.ts';
import { resourceBudget } from './resource-budget.ts';

export type TableFileRequest = {
  /** On disk. */
  readonly file: string;
  /** The path for people. Its extension matters if the content does not distinguish JSON from CSV. */
  readonly path: string;
  /** Empty, and emptied by whoever made it. */
  readonly folder: string;
  readonly config: TableDataset;
  /** Key in the drop bucket, or whatever names where the rows come from. */
  readonly source: string;
  readonly now: Date;
  /** The file of the reading process: read-process.ts or its bundle. */
  readonly readProcess: string;
  /** The schema, or a function that gets the inferred schema if there is none yet and returns the schema in force. */
  readonly schema: TableSchema | ((inferred: TableSchema) => Promise<TableSchema>);
  /** Only these rows are read; null reads all. */
  readonly lines?: readonly number[] | null;
  /** Accepted rows to show in the result. */
  readonly previewRows?: number;
};
export type RejectedRow = { readonly path: string; readonly issues: [Issue, ...Issue[]]; readonly row?: string };
export type TableFileResult = RowFindings & {
  /** Undefined if the file was refused before its columns were known. */
  readonly schema: TableSchema | undefined;
  /** Remarks on parts of the table that were left out or chosen, for example a sheet. */
  readonly remarks: readonly Remark[];
  /** Name of a Parquet file in `folder`; null if no row was accepted. */
  readonly part: string | null;
  /** The first rejected rows, in the order of lines. A file that was refused as a whole has one entry without a row. */
  readonly rejects: () => AsyncIterable<RejectedRow>;
};

/** Checks the file. Problems of the file are values; it never throws for them. */
export async function checkTableFile(request: TableFileRequest): Promise<TableFileResult> {
  const { file, path, folder, config, source, now, readProcess, lines = null, previewRows = 0 } = request;
  const budget = resourceBudget((await stat(file)).size);
  const reader = startReader({ readProcess, folder, budget });
  let schema: TableSchema | undefined;
  try {
    const opened = await reader.open({ file, path, folder, config });
    if (!opened.ok) return refusedFile(path, [opened.issue], schema);
    if (opened.rows > 0 && typeof request.schema === 'function') {
      const inferred = await reader.infer();
      if (!inferred.ok) return refusedFile(path, inferred.issues, schema);
      schema = await request.schema(inferred.schema);
    } else if (typeof request.schema === 'object') schema = request.schema;
    const checked = await reader.check({ schema: schema ?? null, now: now.toISOString(), source, lines, previewRows });
    if (!checked.ok) return refusedFile(path, checked.issues, schema);
    const { rejects, ...counts } = checked;
    return { ...counts, schema, remarks: opened.remarks, rejects: () => rejectsIn(rejects) };
  } catch (error) {
    if (!(error instanceof ReaderDiedError)) throw error;
    return refusedFile(path, [issueOf(error, path)], schema);
  } finally {
    await reader.close();
  }
}

/** The whole file is one rejected item. */
export function refusedFile(path: string, issues: readonly Issue[], schema: TableSchema | undefined): TableFileResult {
  const byIssue: IssueCounts = Object.fromEntries(issues.map(({ code }) => [code, 1]));
  return {
    schema,
    accepted: 0,
    rejected: 1,
    byIssue,
    flagged: {},
    changes: [],
    fixed: {},
    remarks: [],
    part: null,
    async *rejects() {
      yield { path, issues: [...issues] as [Issue, ...Issue[]] };
    },
  };
}

function issueOf({ because }: ReaderDiedError, path: string): Issue {
  if (because === 'crash')
    return { code: 'table.corrupt', place: { path }, given: 'bytes on which the reader crashes' };
  const given = {
    memory: 'more than fits in memory',
    time: 'more work than its size allows',
    disk: 'more than fits on the disk',
  };
  return { code: 'table.too-large', place: { path }, given: given[because] };
}

async function* rejectsIn(file: string): AsyncGenerator<RejectedRow> {
  const input = createReadStream(file);
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line !== '') yield JSON.parse(line) as RejectedRow;
    }
  } finally {
    input.destroy();
  }
}
