// Measures time, memory and spilled bytes of one index by the size of the dataset, beside the limits of the function.
import { join } from 'node:path';
import { type Benchmark, lowerIsBetter, type Row } from './benchmark.ts';
import type { Measured } from './index-scale/one-size.ts';
import type { SinglesMeasured } from './index-scale/singles.ts';
import { OUTPUT, outputOf, runProgram } from './programs.ts';

/** As in infra/pipeline/assemble.ts. */
const FUNCTION = { seconds: 900, memoryMiB: 3008, scratchMiB: 4096 };
const KINDS = ['image', 'text'] as const;
/** More with GOLDPAN_ITEMS=1000000: the largest size, in steps of ten from 1,000. */
const LARGEST = Number(process.env.GOLDPAN_ITEMS ?? 100_000);
/** Images that were uploaded one by one. */
const SINGLES = Math.min(LARGEST, 200_000);
const SINGLES_SECONDS = 120;

export const indexScale: Benchmark = {
  sentence:
    'index of simulated images and texts from 1,000 on: time, memory, spill; and of images that were uploaded one by one (GOLDPAN_ITEMS, 100,000 by default)',
  async run() {
    const rows: Row[] = [];
    for (const kind of KINDS)
      for (let items = 1000; items <= LARGEST; items *= 10) rows.push(...rowsOf(kind, await measure(kind, items)));
    return { versions: {}, rows: [...rows, singlesRow(await measureSingles())] };
  },
};

async function measureSingles(): Promise<SinglesMeasured> {
  const measured = await outputOf<SinglesMeasured>((folder) =>
    runProgram('index-scale/singles.ts', [join(folder, OUTPUT), String(SINGLES)]),
  );
  process.stderr.write(`${SINGLES} single images: ${JSON.stringify(measured)}\n`);
  return measured;
}

function singlesRow({ indexSeconds }: SinglesMeasured): Row {
  return lowerIsBetter({
    metric: `${SINGLES} single images that were rolled up, processor time`,
    unit: 's',
    ours: indexSeconds,
    peer: SINGLES_SECONDS,
    peerName: 'at most',
    goal: 1,
  });
}

async function measure(kind: string, items: number): Promise<Measured> {
  const measured = await outputOf<Measured>(async (folder) => {
    for (const mode of ['make', 'index'])
      await runProgram('index-scale/one-size.ts', [mode, kind, String(items), folder]);
  });
  process.stderr.write(`${kind}: ${JSON.stringify(measured)}\n`);
  return measured;
}

function rowsOf(kind: string, { items, processorSeconds, peakMemoryMiB, spilledMiB }: Measured): Row[] {
  const row = (what: string, unit: string, ours: number, peer: number) =>
    lowerIsBetter({
      metric: `${kind}, ${items} items, ${what}`,
      unit,
      ours,
      peer,
      peerName: 'a function has',
      goal: 1,
    });
  return [
    row('processor time', 's', processorSeconds, FUNCTION.seconds),
    row('peak memory', 'MiB', peakMemoryMiB, FUNCTION.memoryMiB),
    row('spilled', 'MiB', Math.max(spilledMiB, 0.1), FUNCTION.scratchMiB),
  ];
}
