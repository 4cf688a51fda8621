// A snapshot of very many shards on the S3 of an emulator: how long listing, writing stubs and sealing take.
import { join } from 'node:path';
import { type Benchmark, lowerIsBetter } from './benchmark.ts';
import type { ManyShards, Step } from './index-scale/many-shards.ts';
import { OUTPUT, outputOf, runProgram } from './programs.ts';

const SHARDS = Number(process.env.GOLDPAN_SHARDS ?? 50_000);
const SEAL_SECONDS = 60;
/** As in infra/pipeline/assemble.ts. */
const FUNCTION_MIB = 1_769;

export const manyShards: Benchmark = {
  sentence:
    'a snapshot of 50,000 shards (GOLDPAN_SHARDS) on the S3 of an emulator: its shards listed, written as stubs and sealed; takes minutes',
  async run() {
    const measured = await outputOf<ManyShards>((folder) =>
      runProgram('index-scale/many-shards.ts', [join(folder, OUTPUT), String(SHARDS)]),
    );
    for (const step of ['listed', 'written', 'sealed'] as const)
      process.stderr.write(`${SHARDS} shards ${step} ${words(measured[step])}\n`);
    const { sealed, peakMemoryMiB } = measured;
    return {
      versions: {},
      rows: [
        lowerIsBetter({
          ...{ metric: `${SHARDS} shards sealed`, unit: 's', ours: sealed.seconds },
          ...{ peer: SEAL_SECONDS, peerName: 'at most', goal: 1 },
        }),
        lowerIsBetter({
          ...{ metric: `${SHARDS} shards listed, written and sealed, peak memory`, unit: 'MiB', ours: peakMemoryMiB },
          ...{ peer: FUNCTION_MIB, peerName: 'a function has', goal: 1 },
        }),
      ],
    };
  },
};

function words({ seconds, ownSeconds, emulatorSeconds }: Step): string {
  const shares = `${ownSeconds.toFixed(1)} s of processor time, and ${emulatorSeconds.toFixed(1)} s of the emulator`;
  return `in ${seconds.toFixed(1)} s, with ${shares}`;
}
