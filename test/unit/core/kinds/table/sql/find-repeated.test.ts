import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { openConfined } from '#core/base/confined-database.ts';
import { findRepeated } from '#core/kinds/table/sql/find-repeated.ts';

test('repeated values are the same ones, whatever number of hashes is counted at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-repeated-'));
  const database = await openConfined({ folder, memoryMiB: 160, threads: 1, keepsOrder: true });
  try {
    await database.run('create temp table checked as select i, i % 7 as seven, i // 2 as pair from range(20) t(i)');
    const repeated = async (values: string, from: string, atOnce: number) => {
      const any = await findRepeated(database, values, from, atOnce);
      const rows = await database.rows(
        `select i from ${from} and hash(${values}) in (select h from repeated) order by i`,
        z.object({ i: z.bigint() }),
      );
      return { any, rows: rows.map(({ i }) => Number(i)) };
    };
    for (const atOnce of [1, 3, 1_000]) {
      expect(await repeated('i', 'checked where true', atOnce)).toEqual({ any: false, rows: [] });
      expect(await repeated('pair', 'checked where i > 0 and i < 5', atOnce)).toEqual({ any: true, rows: [2, 3] });
      expect((await repeated('seven, pair', 'checked where true', atOnce)).any).toBe(false);
      expect((await repeated('seven', 'checked where true', atOnce)).rows).toHaveLength(20);
    }
  } finally {
    database.close();
    rmSync(folder, { recursive: true });
  }
});
