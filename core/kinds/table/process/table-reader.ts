// Opens a table, infers its schema and checks its rows: the work of the reading process, one table at a time.

import type { Issue } from '../../define/issue.ts';
import { checkTable, onlyBroken } from '../check/check-table.ts';
import { type Database, openDatabase } from '../check/database.ts';
import { stageTable } from '../convert/stage-table.ts';
import type { TableDataset } from '../definition.ts';
import { gatherFacts } from '../facts/facts.ts';
import { addLaterFacts } from '../facts/later-facts.ts';
import type { Staged } from '../read/normalised-file.ts';
import { RefusedError, refusedError } from '../read/source-text.ts';
import { inferTableSchema } from '../schema/infer.ts';
import type { Checked, CheckRequest, InferredTable, OpenedTable, OpenRequest } from './protocol.ts';
import { withColumns } from './resource-budget.ts';

const OUT_OF_MEMORY = /^Out of Memory Error/;
/** A file that we did not let it read: a fault of ours. */
const DENIED = /^Permission Error/;

export function tableReader() {
  let open: { staged: Staged; database: Database; folder: string; config: TableDataset } | undefined;
  const opened = () => {
    if (!open) throw new Error('no table is open');
    return open;
  };
  return {
    async open({ path, file, folder, config, budget }: OpenRequest): Promise<OpenedTable> {
      open?.database.close();
      let database = await openDatabase(folder, budget.memoryMiB, file);
      try {
        const from = { path, file, folder, config };
        const staged = await stageTable(from, database);
        if (staged.rows === 0 && staged.broken.count === 0) throw refusedError('table.empty', path);
        const { memoryMiB } = withColumns(budget, staged.columns.length);
        if (memoryMiB > budget.memoryMiB) {
          database.close();
          database = await openDatabase(folder, memoryMiB, file);
        }
        open = { staged, database, folder, config };
        return { ok: true, rows: staged.rows, columns: staged.columns.length, remarks: staged.remarks ?? [] };
      } catch (error) {
        database.close();
        open = undefined;
        if (error instanceof RefusedError) return { ok: false, issue: error.issue };
        // Remaining errors are DuckDB's errors about the file.
        const message = String((error as Error).message);
        if (OUT_OF_MEMORY.test(message)) return { ok: false, issue: tooMuch(path) };
        if (DENIED.test(message)) throw error;
        if (/^[A-Z][\w -]* (Error|Exception)\b/.test(message))
          return { ok: false, issue: refusedError('table.corrupt', path).issue };
        throw error;
      }
    },
    infer(): Promise<InferredTable> {
      const { staged, database } = opened();
      return withinMemory(staged.path, async () => {
        const { delimiter } = staged;
        const facts = await gatherFacts(staged, database);
        const first = inferTableSchema({ columns: facts, delimiter });
        const columns = await addLaterFacts(facts, first, staged, database);
        return { ok: true, schema: columns === facts ? first : inferTableSchema({ columns, delimiter }) };
      });
    },
    check({ schema, ...request }: CheckRequest): Promise<Checked> {
      const { staged, database, folder, config } = opened();
      return withinMemory(staged.path, () =>
        schema === null
          ? onlyBroken(staged, folder)
          : checkTable({ staged, database, folder, config, ...request, schema }),
      );
    },
    async close(): Promise<void> {
      open?.database.close();
      open = undefined;
    },
  };
}

/** Turns an out-of-memory error into an issue of the table. */
async function withinMemory<T>(path: string, work: () => Promise<T>) {
  try {
    return await work();
  } catch (error) {
    if (!OUT_OF_MEMORY.test(String((error as Error).message))) throw error;
    return { ok: false as const, issues: [tooMuch(path)] as [Issue] };
  }
}

function tooMuch(path: string): Issue {
  return refusedError('table.too-large', path, 'more than fits in memory').issue;
}
