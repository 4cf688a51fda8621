// Other generators of tables on the same training rows, trained for the same CPU time and judged by the same figures.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Cell } from '#core/kinds/table/codec/codec.ts';
import { csvOf } from '#core/kinds/table/codec/write-rows.ts';
import { type Measured, measuring } from '../../containers/trainer/evaluate/table/measure.ts';
import { askPython } from '../peer/python-environment.ts';
import { readTable } from './read-table.ts';
import type { SplitTable } from './split-table.ts';

export const TABLE_GENERATORS = {
  name: 'table-generators',
  packages: ['sdv==2.0.0', 'sdmetrics==0.32.0', 'mostlyai-engine==2.7.3'],
} as const;
const NAMES: Readonly<Record<string, string>> = { tvae: "SDV's TVAE", ctgan: "SDV's CTGAN", argn: 'TabularARGN' };
/** Which of them run, by GOLDPAN_PEERS; empty = none. */
export const PEERS = (process.env.GOLDPAN_PEERS ?? 'tvae,ctgan,argn').split(',').filter((name) => name in NAMES);

type Comparing = SplitTable & {
  readonly seed: number;
  /** CPU seconds of training. */
  readonly seconds: number;
};
export type PeerFigures = {
  readonly name: string;
  readonly version: string;
  readonly minutes: number;
  /** 0 where the peer decides by time. */
  readonly epochs: number;
  readonly figures: Measured;
};

export async function peerOf(peer: string, { codec, splits, seed, seconds }: Comparing): Promise<PeerFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-peers-'));
  const yieldToEventLoop = async () => void (await setImmediate());
  const { train, test } = splits;
  const { measure } = measuring({ codec, train, test, seed, yieldToEventLoop });
  const isNumber = (place: number) => train[place]?.some((cell) => typeof cell === 'number') ?? false;
  const columns = codec.columns.map(({ name }, place) => ({ name, isNumber: isNumber(place) }));
  try {
    const file = join(folder, 'train.csv');
    writeFileSync(file, csvOf(codec, train, { delimiter: ',', header: true }));
    const out = join(folder, 'drawn.csv');
    const asked = join(folder, 'asked.json');
    const rows = train[0]?.length ?? 0;
    const sides = (side: boolean) => columns.filter((column) => column.isNumber === side).map(({ name }) => name);
    const settings = { peer, train: file, rows, seconds, out, seed, threads: availableParallelism() };
    writeFileSync(asked, JSON.stringify({ ...settings, numbers: sides(true), texts: sides(false) }));
    const { version, cpuSeconds, epochs } = askPython<{ version: string; cpuSeconds: number; epochs: number }>(
      { ...TABLE_GENERATORS, script: 'table_generators.py' },
      [asked],
    );
    const drawn = readTable(out).map(({ cells }, place) => cellsOf(cells, columns[place]?.isNumber ?? false));
    const figures = await measure(drawn, test);
    process.stderr.write(`${peer}: ${JSON.stringify(figures)}, ${epochs} epochs, ${cpuSeconds} CPU seconds\n`);
    return { name: NAMES[peer] as string, version, minutes: cpuSeconds / 60, epochs, figures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Numbers that a peer wrote as 3.0, and texts that look like numbers. */
function cellsOf(cells: readonly Cell[], isNumber: boolean): Cell[] {
  return cells.map((cell) => {
    if (cell === null) return null;
    return isNumber ? Number(cell) : String(cell);
  });
}
