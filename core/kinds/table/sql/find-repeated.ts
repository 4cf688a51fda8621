// Hashes of values that occur more than once in a table of any size, within a limited memory.
import * as z from 'zod';
import type { ConfinedDatabase } from '../../../base/confined-database.ts';

/** Hashes that are counted at once: their table takes some 100 MiB of memory, of which a spilled table leaves hardly any. */
const HASHES_AT_ONCE = 2_000_000;

/** Makes the table `repeated` of the hashes `h` of the values that occur more than once; says whether there are any. */
export async function findRepeated(
  database: ConfinedDatabase,
  values: string,
  from: string,
  atOnce = HASHES_AT_ONCE,
): Promise<boolean> {
  await database.run(`create or replace temp table hashes as select hash(${values}) as h from ${from}`);
  await database.run('create or replace temp table repeated (h ubigint)');
  const passes = Math.ceil((await countOf(database, 'hashes')) / atOnce);
  for (let pass = 0; pass < passes; pass++)
    await database.run(
      `insert into repeated select h from hashes where h % ${passes} = ${pass} group by h having count(*) > 1`,
    );
  await database.run('drop table hashes');
  return (await countOf(database, 'repeated')) > 0;
}

async function countOf(database: ConfinedDatabase, table: string): Promise<number> {
  const [{ rows } = { rows: 0n }] = await database.rows(
    `select count(*) as rows from ${table}`,
    z.object({ rows: z.bigint() }),
  );
  return Number(rows);
}
