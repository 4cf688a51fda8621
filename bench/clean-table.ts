// Cleaning a table of a million rows: validated, profiled, repeats found, written to Parquet, beside pandera on pandas.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Benchmark, higherIsBetter, lowerIsBetter, median, type Row } from './benchmark.ts';
import { TABLE, type TableRound } from './clean-table/contest.ts';
import { DEFECTS, OF_EACH, ROWS, SEED } from './clean-table/setting.ts';
import { schemaOfFirstUpload } from './planted/table-schema.ts';
import { NOW, plantedTable } from './planted/tables.ts';
import { interleavedRounds } from './rounds.ts';

const ROUNDS = 3;
const GOAL = 3;
const MOST_MEMORY_MIB = 1024;
const PEER = 'pandera on pandas';
const CONTESTANTS = {
  ours: join(import.meta.dirname, 'clean-table/ours.ts'),
  peer: join(import.meta.dirname, 'clean-table/pandera.ts'),
};

export const cleanTable: Benchmark = {
  sentence:
    'Cleaning a CSV of a million rows and twelve columns to Parquet: rows a second, and memory, beside pandera.',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'goldpan-million-'));
    try {
      writeFileSync(join(folder, 'table.csv'), plantedTable(ROWS, SEED, { ofEach: OF_EACH, defects: DEFECTS }).csv);
      const schema = await schemaOfFirstUpload();
      writeFileSync(join(folder, 'rules.json'), JSON.stringify({ schema, now: NOW.toISOString() }));
      process.env[TABLE] = folder;
      const rounds = await interleavedRounds<keyof typeof CONTESTANTS, TableRound>(CONTESTANTS, ROUNDS);
      const of = (who: keyof typeof CONTESTANTS, what: Exclude<keyof TableRound, 'version'>) =>
        median(rounds[who].map((round) => round[what]));
      const pair = (what: Exclude<keyof TableRound, 'version'>) => ({
        ours: of('ours', what),
        peer: of('peer', what),
        peerName: PEER,
      });
      const memory = { metric: 'memory of all processes', unit: 'MiB', ours: of('ours', 'memoryMiB') };
      const rows: Row[] = [
        higherIsBetter({
          metric: 'by the processor',
          unit: 'rows/CPU s',
          ...pair('itemsPerCpuSecond'),
          goal: GOAL,
        }),
        higherIsBetter({ metric: 'by the clock', unit: 'rows/s', ...pair('itemsPerSecond'), goal: GOAL }),
        lowerIsBetter({ ...memory, peer: MOST_MEMORY_MIB, peerName: 'limit', goal: 1 }),
        lowerIsBetter({ ...memory, ...pair('memoryMiB'), goal: 0 }),
        higherIsBetter({ metric: 'rows let through', unit: 'rows', ...pair('accepted'), goal: 0 }),
      ];
      return { versions: { pandera: rounds.peer[0]?.version ?? '' }, rows };
    } finally {
      delete process.env[TABLE];
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
