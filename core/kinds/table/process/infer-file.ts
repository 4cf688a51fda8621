// Infers the schema of a single table file.
import { stat } from 'node:fs/promises';
import type { TableSchema } from '../schema/schema.ts';
import type { TableFileRequest } from './check-file.ts';
import { ReaderDiedError, startReader } from './reader.ts';
import { resourceBudget } from './resource-budget.ts';

export type InferFileRequest = Pick<TableFileRequest, 'file' | 'path' | 'folder' | 'config' | 'readProcess'>;

/** Returns undefined if the file is not a table, has no rows, or crashes the process that reads it. */
export async function inferTableFile({
  readProcess,
  ...request
}: InferFileRequest): Promise<{ readonly schema: TableSchema; readonly rows: number } | undefined> {
  const budget = resourceBudget((await stat(request.file)).size);
  const reader = startReader({ readProcess, folder: request.folder, budget });
  try {
    const opened = await reader.open(request);
    if (!opened.ok || opened.rows === 0) return undefined;
    const inferred = await reader.infer();
    return inferred.ok ? { schema: inferred.schema, rows: opened.rows } : undefined;
  } catch (error) {
    if (!(error instanceof ReaderDiedError)) throw error;
    return undefined;
  } finally {
    await reader.close();
  }
}
