// A unit has one part, however many tables it had.
import { join } from 'node:path';
import { text } from '../../../base/confined-database.ts';
import { openDatabase } from './database.ts';

const MEMORY_MIB = 256;

/**
 * Returns undefined if there are no parts. All parts have the columns of one schema; rows keep the order of the parts.
 */
export async function mergeParts(parts: readonly string[], folder: string): Promise<string | undefined> {
  if (parts.length < 2) return parts[0];
  const merged = join(folder, 'part.parquet');
  const database = await openDatabase(folder, MEMORY_MIB);
  try {
    await database.run(`copy (select * from read_parquet([${parts.map(text).join(', ')}]))
      to ${text(merged)} (format parquet, compression snappy)`);
    return merged;
  } finally {
    database.close();
  }
}
