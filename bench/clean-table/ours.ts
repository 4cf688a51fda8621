// Cleans the table as the cleaning function does: read, checked, profiled and written by a process of its own.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { TableSchema } from '#core/table/schema.ts';
import { checkPlanted } from '../planted/table-schema.ts';
import { answerTables, contestFiles } from './contest.ts';
import { cpuSeconds, watchMemory } from './processes.ts';
import { ROWS } from './setting.ts';

/** Until an ended process counts among those that were waited for. */
const REAPED_MS = 100;
const { folder, table, rules } = contestFiles();
const schema = TableSchema.parse(JSON.parse(readFileSync(rules, 'utf8')).schema);

answerTables(async () => {
  const own = mkdtempSync(join(folder, 'ours-'));
  const memory = watchMemory();
  const before = cpuSeconds();
  const startedMs = performance.now();
  try {
    const { accepted } = await checkPlanted(table, own, schema);
    const wall = (performance.now() - startedMs) / 1e3;
    const memoryMiB = memory.stop();
    await setTimeout(REAPED_MS);
    const cpu = cpuSeconds() - before;
    return { itemsPerSecond: ROWS / wall, itemsPerCpuSecond: ROWS / cpu, version: '', memoryMiB, accepted };
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
});
