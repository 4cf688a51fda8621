// The peer: pandas reads, pandera validates, pandas describes, drops and writes.
import { join } from 'node:path';
import { checkWithPandera } from '../peer/pandera.ts';
import { answerTables, contestFiles } from './contest.ts';
import { ROWS } from './setting.ts';

const { folder, table, rules } = contestFiles();

answerTables(async () => {
  const { cpu, wall, version, memoryMiB, accepted } = checkWithPandera(table, rules, join(folder, 'peer.parquet'));
  return { itemsPerSecond: ROWS / wall, itemsPerCpuSecond: ROWS / cpu, version, memoryMiB, accepted };
});
