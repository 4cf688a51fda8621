// Runs training steps on one GPU in turns with PyTorch, and measures the GPU memory of each alone.

import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { higherIsBetter, lowerIsBetter, median, type Row } from '../benchmark.ts';
import { type Contestant, interleavedRounds, type MeasuredRound } from '../rounds.ts';
import { BATCHES, type TrainedModel } from '../train/setting.ts';
import { type BenchDevice, usedMiB } from './device.ts';

export type Match = {
  readonly model: TrainedModel;
  readonly precision: 'float32' | 'bfloat16';
  /** PyTorch's mode. */
  readonly mode: 'tuned' | 'bf16';
};

/** No slower than PyTorch on the same GPU. */
const GOAL = 1;
const MEMORY_GOAL = 1;
const LOOK_EVERY_MS = 50;
const NAMES = { tuned: 'PyTorch, fused Adam, channels_last, TF32', bf16: 'PyTorch, bfloat16 autocast' };

/** Rows of one model in one precision, and the versions that were measured. */
export async function besideTorchOnGpu(
  match: Match,
  device: BenchDevice,
  rounds: number,
): Promise<{ rows: Row[]; ours: string; torch: string }> {
  const { model, precision, mode } = match;
  const env = { ...device.variables, BENCH_DEVICE: device.kind };
  const contestants: Record<'ours' | 'torch', Contestant> = {
    ours: { file: join(import.meta.dirname, '../train/ours.ts'), args: [model, precision], env },
    torch: { file: join(import.meta.dirname, '../train/torch.ts'), args: [model, mode], env },
  };
  const { ours, torch } = await interleavedRounds<'ours' | 'torch', MeasuredRound>(contestants, rounds);
  const metric = `${model}, batch ${BATCHES[model]}, ${precision}, ${device.name}`;
  const peerName = NAMES[mode];
  const speed = (side: readonly MeasuredRound[]) => median(side.map((round) => round.itemsPerSecond));
  const memory = { ours: await peakMiB(contestants.ours, device), peer: await peakMiB(contestants.torch, device) };
  return {
    rows: [
      higherIsBetter({ metric, unit: 'images/s', ours: speed(ours), peer: speed(torch), peerName, goal: GOAL }),
      lowerIsBetter({ metric: `${metric}, peak on the GPU`, unit: 'MiB', ...memory, peerName, goal: MEMORY_GOAL }),
    ],
    ours: ours[0]?.version ?? '',
    torch: torch[0]?.version ?? '',
  };
}

/** Returns the GPU memory that a contestant uses while it trains alone. */
async function peakMiB(contestant: Contestant, device: BenchDevice): Promise<number> {
  const before = usedMiB(device);
  let [most, isOver] = [before, false];
  const look = async () => {
    while (!isOver) {
      most = Math.max(most, usedMiB(device));
      await setTimeout(LOOK_EVERY_MS);
    }
  };
  const looking = look();
  await interleavedRounds({ alone: contestant }, 1);
  isOver = true;
  await looking;
  return most - before;
}
