// Compares a training that moves from the CPU to the GPU and back with one that stays on the CPU.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeState } from '../../containers/trainer/state/checkpoint.ts';
import { lowerIsBetter, type Row } from '../benchmark.ts';
import { type BenchDevice, WITHOUT_GPU } from './device.ts';

const STEPS = 20;
/**
 * Limits of the difference between the two. A GPU adds in another order and multiplies with 10 bits of the fraction (TF32), so that steps differ in the
 * fourth digit; Adam keeps such differences small in comparison with the weights.
 */
const WEIGHTS_APART = 0.01;
const LOSS_APART = 0.005;

type Leg = { readonly file: string; readonly losses: readonly number[] };

export function resumedElsewhere(device: BenchDevice): Row[] {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-gpu-'));
  const leg = (name: string, on: 'gpu' | 'cpu', first: number, from?: Leg): Leg => {
    const file = join(folder, name);
    const variables = on === 'gpu' ? device.variables : WITHOUT_GPU;
    const args = [join(import.meta.dirname, 'resume.ts'), String(STEPS), String(first), file];
    const losses = execFileSync(process.execPath, from === undefined ? args : [...args, from.file], {
      encoding: 'utf8',
      env: { ...process.env, ...variables, BENCH_DEVICE: on },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return { file, losses: JSON.parse(losses.trim().split('\n').at(-1) as string) };
  };
  try {
    const start = leg('start', 'cpu', 0);
    const away = leg('away', device.kind, STEPS, start);
    const home = leg('home', 'cpu', STEPS, start);
    const awayAndBack = leg('back', 'cpu', 2 * STEPS, away);
    const stayed = leg('stayed', 'cpu', 2 * STEPS, home);
    return [...apart('processor to GPU', away, home), ...apart('GPU back to processor', awayAndBack, stayed)];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function apart(way: string, one: Leg, other: Leg): Row[] {
  const metric = `conv-vae, resumed for ${STEPS} steps, ${way}`;
  return [
    lowerIsBetter({
      ...{ metric: `${metric}: distance of weights`, unit: 'of their norm', goal: 1 },
      ...{ ours: weightsApart(one.file, other.file), peer: WEIGHTS_APART, peerName: 'tolerance' },
    }),
    lowerIsBetter({
      ...{ metric: `${metric}: difference of losses, at most`, unit: 'of the loss', goal: 1 },
      ...{ ours: lossesApart(one.losses, other.losses), peer: LOSS_APART, peerName: 'tolerance' },
    }),
  ];
}

/** Euclidean distance of all entries of two checkpoints, as a share of the second's norm. Throws when their names differ. */
function weightsApart(one: string, other: string): number {
  const [a, b] = [one, other].map((file) => decodeState(readFileSync(file)).state);
  let [distance, norm] = [0, 0];
  for (const [name, { values }] of b ?? []) {
    const given = a?.get(name)?.values;
    if (given?.length !== values.length) throw new Error(`the checkpoints differ in ${name}`);
    values.forEach((value, i) => {
      distance += (value - (given[i] as number)) ** 2;
      norm += value ** 2;
    });
  }
  return Math.sqrt(distance / norm);
}

function lossesApart(one: readonly number[], other: readonly number[]): number {
  return Math.max(...other.map((loss, i) => Math.abs(loss - (one[i] as number)) / Math.abs(loss)));
}
