// Opens a table, tells its schema, and checks its rows: what the reading process does, one table at a time.
import type { TableDataset } from '#core/config.ts';
import { inferTableSchema } from '#core/table/infer.ts';
import type { TableSchema } from '#core/table/schema.ts';
import { checkTable, onlyBroken } from './check-table.ts';
import { type Database, openDatabase } from './database.ts';
import { gatherFacts } from './facts.ts';
import type { Checked, CheckRequest, Inferred, Opened, OpenRequest } from './protocol.ts';
import { firstBytes, RefusedError, refused } from './source-text.ts';
import { stageParquet } from './stage-parquet.ts';
import { stageText } from './stage-text.ts';
import type { Staged } from './staged.ts';

const OUT_OF_MEMORY = /^Out of Memory Error/;

export function tableReader() {
  let open: { staged: Staged; database: Database; folder: string; config: TableDataset } | undefined;
  const opened = () => {
    if (!open) throw new Error('no table is open');
    return open;
  };
  return {
    async open({ path, file, folder, config, memoryMiB }: OpenRequest): Promise<Opened> {
      open?.database.close();
      const database = await openDatabase(folder, memoryMiB);
      try {
        const magic = Buffer.from(await firstBytes(file, 4)).toString('latin1');
        const from = { path, file, folder, config };
        const staged = /^PAR[1E]$/.test(magic) ? await stageParquet(from, database) : await stageText(from);
        if (staged.rows === 0 && staged.broken.count === 0) throw refused('table.empty', path);
        open = { staged, database, folder, config };
        return { ok: true, rows: staged.rows };
      } catch (error) {
        database.close();
        open = undefined;
        if (error instanceof RefusedError) return { ok: false, issue: error.issue };
        // What is left to throw here is DuckDB, about the file.
        const message = String((error as Error).message);
        if (OUT_OF_MEMORY.test(message))
          return { ok: false, issue: refused('table.too-large', path, 'more than fits in memory').issue };
        if (/^[A-Z][\w -]* (Error|Exception)\b/.test(message))
          return { ok: false, issue: refused('table.corrupt', path).issue };
        throw error;
      }
    },
    async infer(): Promise<Inferred> {
      const { staged, database } = opened();
      return { schema: inferTableSchema(await gatherFacts(staged, database)) satisfies TableSchema };
    },
    async check(request: CheckRequest): Promise<Checked> {
      const { staged, database, folder, config } = opened();
      try {
        const { schema } = request;
        if (schema === null) return await onlyBroken(staged, folder);
        return await checkTable({ staged, database, folder, config, ...request, schema });
      } catch (error) {
        if (!OUT_OF_MEMORY.test(String((error as Error).message))) throw error;
        return { ok: false, issues: [refused('table.too-large', staged.path, 'more than fits in memory').issue] };
      }
    },
    async close(): Promise<void> {
      open?.database.close();
      open = undefined;
    },
  };
}
