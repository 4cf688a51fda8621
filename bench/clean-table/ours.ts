// Cleans the table in the same way as the cleaning function: a separate process reads, checks, profiles and writes it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stop } from 'esbuild';
import { TableSchema } from '#core/kinds/table/schema/schema.ts';
import { packageFunction } from '../package-function.ts';
import { checkPlanted } from '../planted/table-schema.ts';
import { answerTables, contestFiles } from './contest.ts';
import { cpuSeconds, watchMemory } from './processes.ts';
import { ROWS } from './setting.ts';

const { folder, table, rules } = contestFiles();
const schema = TableSchema.parse(JSON.parse(readFileSync(rules, 'utf8')).schema);

const deployed = mkdtempSync(join(folder, 'deployed-'));
await packageFunction('clean-table', deployed);
// Its process is none of ours.
await stop();
const readProcess = join(deployed, 'read-process.mjs');

answerTables(async () => {
  const own = mkdtempSync(join(folder, 'ours-'));
  const memory = watchMemory();
  const before = cpuSeconds();
  const startedMs = performance.now();
  try {
    const { accepted } = await checkPlanted(table, own, schema, readProcess);
    const wall = (performance.now() - startedMs) / 1e3;
    const memoryMiB = memory.stop();
    const cpu = cpuSeconds() - before;
    return { itemsPerSecond: ROWS / wall, itemsPerCpuSecond: ROWS / cpu, version: '', memoryMiB, accepted };
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
});
