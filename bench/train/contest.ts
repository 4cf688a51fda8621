// Training beside PyTorch: all contestants on one and the same core, in turns, so that a neighbour's load hits all alike.
import { join } from 'node:path';
import { type Benchmark, higherIsBetter, lowerIsBetter, median, type Row } from '../benchmark.ts';
import { type Contestant, interleavedRounds, type MeasuredRound } from '../rounds.ts';
import { BATCHES, type TrainedModel } from './setting.ts';

/** A mode of PyTorch with the least ratio that is wanted beside it. `bf16` is met by our bfloat16, the others by float32. */
export type Peer = { readonly mode: 'eager' | 'tuned' | 'compile' | 'bf16'; readonly goal: number };

const ROUNDS = 5;
const CORE = 0;
const CONTESTANT = { ours: join(import.meta.dirname, 'ours.ts'), torch: join(import.meta.dirname, 'torch.ts') };
const NAMES = {
  eager: 'PyTorch eager',
  tuned: 'PyTorch, fused Adam, channels_last',
  compile: 'PyTorch, torch.compile',
  bf16: 'PyTorch, bfloat16 autocast',
};

export async function besidePyTorch(
  model: TrainedModel,
  peers: readonly Peer[],
): Promise<Awaited<ReturnType<Benchmark['run']>>> {
  const ours = (precision: string): Contestant => ({ file: CONTESTANT.ours, args: [model, precision], core: CORE });
  const contestants: Record<string, Contestant> = { float32: ours('float32') };
  for (const { mode } of peers) {
    contestants[mode] = { file: CONTESTANT.torch, args: [model, mode], core: CORE };
    if (mode === 'bf16') contestants.bfloat16 = ours('bfloat16');
  }
  const rounds = await interleavedRounds<string, MeasuredRound>(contestants, ROUNDS);
  const rows = peers.flatMap(({ mode, goal }) => {
    const precision = mode === 'bf16' ? 'bfloat16' : 'float32';
    const sides = { ours: rounds[precision] as MeasuredRound[], peer: rounds[mode] as MeasuredRound[] };
    return rowsOf(`${model}, batch ${BATCHES[model]}, ${precision}, one core`, NAMES[mode], sides, goal);
  });
  const version = rounds[(peers[0] as Peer).mode]?.[0]?.version ?? '';
  return { versions: { tfjs: rounds.float32?.[0]?.version ?? '', torch: version }, rows };
}

function rowsOf(
  metric: string,
  peerName: string,
  sides: Record<'ours' | 'peer', MeasuredRound[]>,
  goal: number,
): Row[] {
  const both = (of: (round: MeasuredRound) => number) => ({
    ours: median(sides.ours.map(of)),
    peer: median(sides.peer.map(of)),
    peerName,
  });
  return [
    higherIsBetter({ metric, unit: 'images/s', goal, ...both((round) => round.itemsPerSecond) }),
    lowerIsBetter({ metric, unit: 'CPU s/1,000', goal, ...both((round) => 1000 / round.itemsPerCpuSecond) }),
    lowerIsBetter({ metric: `${metric}, peak`, unit: 'MiB', goal: 1, ...both((round) => round.peakMiB) }),
  ];
}
