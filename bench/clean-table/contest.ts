// The messages to the contestants and their answers: each message is one round over a table.
import { join } from 'node:path';
import type { CheckedInPandas } from '../peer/table-in-pandas.ts';
import type { Round } from '../rounds.ts';
import { ROWS } from './setting.ts';

/** Environment variable with the folder of the table, its rules and the output; the contestants are separate processes. */
export const TABLE = 'GOLDPAN_BENCH_TABLE';

/** `memoryMiB`: peak memory of all processes of the contestant. `accepted`: number of rows written. */
export type TableRound = Round & { readonly memoryMiB: number; readonly accepted: number };

export function contestFiles() {
  const folder = process.env[TABLE];
  if (!folder) throw new Error(`${TABLE} names no folder`);
  return { folder, table: join(folder, 'table.csv'), rules: join(folder, 'rules.json') };
}

export function answerTables(round: () => Promise<TableRound>): void {
  process.on('message', async () => process.send?.(await round()));
}

export function answerInPandas(check: (table: string, rules: string, part: string) => CheckedInPandas): void {
  const { folder, table, rules } = contestFiles();
  answerTables(async () => {
    const { cpu, wall, ...counts } = check(table, rules, join(folder, `peer-${process.pid}.parquet`));
    return { itemsPerSecond: ROWS / wall, itemsPerCpuSecond: ROWS / cpu, ...counts };
  });
}
