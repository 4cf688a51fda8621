// A unit has one part, however many tables it had.
import { join } from 'node:path';
import * as z from 'zod';
import { text } from '../../../base/confined-database.ts';
import { openDatabase } from './database.ts';
import { rowsOfGroup } from './rows-of-group.ts';

const MEMORY_MIB = 256;

/**
 * Returns undefined if there are no parts. All parts have the columns of one schema; rows keep the order of the parts.
 */
export async function mergeParts(parts: readonly string[], folder: string): Promise<string | undefined> {
  if (parts.length < 2) return parts[0];
  const merged = join(folder, 'part.parquet');
  const database = await openDatabase(folder, MEMORY_MIB);
  try {
    const rows = `select * from read_parquet([${parts.map(text).join(', ')}])`;
    const columns = await database.rows(`describe ${rows}`, z.object({ column_name: z.string() }));
    await database.run(`copy (${rows})
      to ${text(merged)} (format parquet, compression snappy, row_group_size ${rowsOfGroup(columns.length)})`);
    return merged;
  } finally {
    database.close();
  }
}
