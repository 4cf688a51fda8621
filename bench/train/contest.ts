// Training beside PyTorch in turns, so that a neighbour's load hits all alike: on the whole machine, for each in its own way, and
// once more with all contestants on one and the same core.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Benchmark, higherIsBetter, lowerIsBetter, median, type Row } from '../benchmark.ts';
import { pythonOf } from '../peer/python-environment.ts';
import { TORCH } from '../peer/torch.ts';
import { type Contestant, interleavedRounds, type MeasuredRound } from '../rounds.ts';
import { BATCHES, type TrainedModel } from './setting.ts';

/** A mode of PyTorch with the least ratio that is wanted beside it. `bf16` is met by our bfloat16, the others by float32. */
export type Peer = { readonly mode: 'eager' | 'tuned' | 'compile' | 'bf16'; readonly goal: number };

const ROUNDS = 5;
const CORE = 0;
const ONE_CORE_ROUNDS = 3;
/** The goals are the whole machine's. On one core, where PyTorch's threads cost it nothing, no slower is enough. */
const ONE_CORE_GOAL = 1;
const CONTESTANT = { ours: join(import.meta.dirname, 'ours.ts'), torch: join(import.meta.dirname, 'torch.ts') };
const NAMES = {
  eager: 'PyTorch eager',
  tuned: 'PyTorch, fused Adam, channels_last',
  compile: 'PyTorch, torch.compile',
  bf16: 'PyTorch, bfloat16 autocast',
};

/** Instructions that all contestants are held to, by variables that their libraries read. */
export type HeldTo = { readonly name: string; readonly environment: Readonly<Record<string, string>> };

type Rounds = Readonly<Record<string, readonly MeasuredRound[]>>;
type Sides = Record<'ours' | 'peer', readonly MeasuredRound[]>;

export async function besidePyTorch(
  model: TrainedModel,
  peers: readonly Peer[],
  heldTo?: HeldTo,
): Promise<Awaited<ReturnType<Benchmark['run']>>> {
  // Contestants start together; what they install would delay and disturb each other.
  pythonOf(TORCH);
  const machine = await contest(model, peers, heldTo?.environment);
  const oneCore = await contest(model, peers, heldTo?.environment, CORE);
  const rows = peers.flatMap(({ mode, goal }) => {
    const precision = precisionBeside(mode);
    const metric = [model, `batch ${BATCHES[model]}`, precision, ...(heldTo ? [heldTo.name] : [])].join(', ');
    const sidesOf = (rounds: Rounds): Sides => ({ ours: rounds[precision] ?? [], peer: rounds[mode] ?? [] });
    const all = `${metric}, ${availableParallelism()} cores`;
    return [
      ...machineRows(all, NAMES[mode], sidesOf(machine), goal),
      cpuRow(`${metric}, one core`, NAMES[mode], sidesOf(oneCore), ONE_CORE_GOAL),
    ];
  });
  const version = machine[(peers[0] as Peer).mode]?.[0]?.version ?? '';
  return { versions: { tfjs: machine.float32?.[0]?.version ?? '', torch: version }, rows };
}

function contest(
  model: TrainedModel,
  peers: readonly Peer[],
  env: HeldTo['environment'] = {},
  core?: number,
): Promise<Rounds> {
  const place = core === undefined ? { env } : { env, core };
  const contestants: Record<string, Contestant> = {};
  for (const { mode } of peers) {
    const precision = precisionBeside(mode);
    contestants[precision] = { file: CONTESTANT.ours, args: [model, precision], ...place };
    contestants[mode] = { file: CONTESTANT.torch, args: [model, mode], ...place };
  }
  return interleavedRounds<string, MeasuredRound>(contestants, core === undefined ? ROUNDS : ONE_CORE_ROUNDS);
}

function precisionBeside(mode: Peer['mode']): 'float32' | 'bfloat16' {
  return mode === 'bf16' ? 'bfloat16' : 'float32';
}

/** By the clock and, since a loaded machine's clock is the neighbours' too, by processor time. */
function machineRows(metric: string, peerName: string, sides: Sides, goal: number): Row[] {
  return [
    higherIsBetter({ metric, unit: 'images/s', goal, ...both(sides, (round) => round.itemsPerSecond), peerName }),
    cpuRow(metric, peerName, sides, goal),
    lowerIsBetter({
      metric: `${metric}, peak`,
      unit: 'MiB',
      goal: 1,
      ...both(sides, (round) => round.peakMiB),
      peerName,
    }),
  ];
}

function cpuRow(metric: string, peerName: string, sides: Sides, goal: number): Row {
  const measured = both(sides, (round) => 1000 / round.itemsPerCpuSecond);
  return lowerIsBetter({ metric, unit: 'CPU s/1,000', goal, ...measured, peerName });
}

function both({ ours, peer }: Sides, of: (round: MeasuredRound) => number): { ours: number; peer: number } {
  return { ours: median(ours.map(of)), peer: median(peer.map(of)) };
}
