// Compares the cleaning of a table of a million rows (validate, profile, find duplicates, write Parquet) with libraries on pandas.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Benchmark, higherIsBetter, lowerIsBetter, median, type Row } from './benchmark.ts';
import { TABLE, type TableRound } from './clean-table/contest.ts';
import { DEFECTS, OF_EACH, ROWS, SEED } from './clean-table/setting.ts';
import { schemaOfFirstUpload } from './planted/table-schema.ts';
import { NOW, plantedTable } from './planted/tables.ts';
import { interleavedRounds } from './rounds.ts';

const ROUNDS = 5;
const GOAL = 3;
const MOST_MEMORY_MIB = 1024;
const PEERS = { pandera: 'pandera on pandas', 'great-expectations': 'Great Expectations on pandas' } as const;
const NAMES = ['ours', 'pandera', 'great-expectations'] as const;
/** The peers give rows no ids, do not keep the text of failing rows and do not trim; their times exclude the start of Python, goldpan's time includes everything. */
const MORE = 'ids, rows as they came and process start in ours only';

type Name = (typeof NAMES)[number];
type Measure = Exclude<keyof TableRound, 'version'>;

export const cleanTable: Benchmark = {
  sentence:
    'Cleaning a CSV of a million rows and twelve columns to Parquet: rows a second, and memory, beside pandera and Great Expectations.',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'goldpan-million-'));
    try {
      writeFileSync(join(folder, 'table.csv'), plantedTable(ROWS, SEED, { ofEach: OF_EACH, defects: DEFECTS }).csv);
      const schema = await schemaOfFirstUpload();
      writeFileSync(join(folder, 'rules.json'), JSON.stringify({ schema, now: NOW.toISOString() }));
      process.env[TABLE] = folder;
      const rounds = await interleavedRounds<Name, TableRound>(contestants(), ROUNDS);
      const of = (who: Name, what: Measure) => median(rounds[who].map((round) => round[what]));
      const memory = { metric: 'memory of all processes', unit: 'MiB', ours: of('ours', 'memoryMiB') };
      const rows: Row[] = [lowerIsBetter({ ...memory, peer: MOST_MEMORY_MIB, peerName: 'limit', goal: 1 })];
      for (const [peer, peerName] of Object.entries(PEERS) as [keyof typeof PEERS, string][]) {
        const pair = (what: Measure) => ({ ours: of('ours', what), peer: of(peer, what), peerName });
        rows.push(
          higherIsBetter({
            metric: `by the processor; ${MORE}`,
            unit: 'rows/CPU s',
            ...pair('itemsPerCpuSecond'),
            goal: GOAL,
          }),
          higherIsBetter({ metric: `by the clock; ${MORE}`, unit: 'rows/s', ...pair('itemsPerSecond'), goal: GOAL }),
          lowerIsBetter({ ...memory, ...pair('memoryMiB'), goal: 0 }),
          higherIsBetter({ metric: 'rows let through', unit: 'rows', ...pair('accepted'), goal: 0 }),
        );
      }
      const versions = Object.fromEntries(
        Object.keys(PEERS).map((peer) => [peer, rounds[peer as Name][0]?.version ?? '']),
      );
      return { versions, rows };
    } finally {
      delete process.env[TABLE];
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function contestants(): Record<Name, string> {
  const files = NAMES.map((name) => [name, join(import.meta.dirname, 'clean-table', `${name}.ts`)]);
  return Object.fromEntries(files) as Record<Name, string>;
}
