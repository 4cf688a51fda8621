// The schema of the planted tables: what a clean first upload bears, all of it enforced, and what somebody has to say.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatasetFile, effectiveConfig } from '#core/kinds/config.ts';
import type { TableDataset } from '#core/kinds/table/definition.ts';
import { checkTableFile, type TableFileRequest, type TableFileResult } from '#core/kinds/table/process/check-file.ts';
import type { TableSchema } from '#core/kinds/table/schema/schema.ts';
import { DECLARED_RULES, NOW, plantedTable } from './tables.ts';

const FIRST_UPLOAD = { rows: 20_000, seed: 1 };
const READ_PROCESS = join(import.meta.dirname, '../../functions/clean-table/read-process.ts');
/** The peer looks for neither; what is too old is rejected, so that it is told row by row. */
const RULES = {
  'item.personal-data': { action: 'off' },
  'table.formula': { action: 'off' },
  'table.stale': { action: 'reject' },
} as const;

export const TABLE_CONFIG = effectiveConfig(
  DatasetFile.parse({ kind: 'table', rules: RULES }),
  undefined,
) as TableDataset;

/** Suggestions are taken over as they are, but for the range of the key, which runs on. */
export async function schemaOfFirstUpload(): Promise<TableSchema> {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-first-upload-'));
  try {
    const file = join(folder, 'first.csv');
    writeFileSync(file, plantedTable(FIRST_UPLOAD.rows, FIRST_UPLOAD.seed).csv);
    const { schema } = await checkPlanted(file, folder, async (inferred) => inferred);
    if (!schema) throw new Error('the first upload was refused');
    const columns = schema.columns.map(({ suggested: { min, max, ...others } = {}, ...column }) => ({
      ...column,
      ...others,
      ...(!others.unique && { min, max }),
    }));
    return { ...schema, columns, rules: DECLARED_RULES };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As the cleaning function does it, in a process of its own. */
export function checkPlanted(
  file: string,
  folder: string,
  schema: TableFileRequest['schema'],
  readProcess = READ_PROCESS,
): Promise<TableFileResult> {
  return checkTableFile({
    file,
    path: 'table.csv',
    folder,
    config: TABLE_CONFIG,
    source: 'bench/table.csv',
    now: NOW,
    readProcess,
    schema,
  });
}
