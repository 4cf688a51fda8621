// Warm calls of 16 digits: CPU time of each.
import { lowerIsBetter, median, type Row } from '../benchmark.ts';

const CALLS = 200;
/** Milliseconds; times the median. */
const LIMIT = { medianMs: 25, spread: 3 };

/** `call` draws 16 images from a seed. */
export async function callRows(call: (seed: number) => Promise<unknown>): Promise<Row[]> {
  await call(0);
  const cpuMs: number[] = [];
  for (let seed = 1; seed <= CALLS; seed++) {
    const started = process.cpuUsage();
    await call(seed);
    const { user, system } = process.cpuUsage(started);
    cpuMs.push((user + system) / 1e3);
  }
  const last = cpuMs.toSorted((a, b) => a - b)[Math.floor(CALLS * 0.99)] as number;
  const middle = median(cpuMs);
  const within = (metric: string, unit: string, ours: number, limit: number) =>
    lowerIsBetter({ metric, unit, ours, peer: limit, peerName: 'the limit', goal: 1 });
  return [
    within('warm call of 16 images, CPU time, median', 'ms', middle, LIMIT.medianMs),
    within('the same: the slowest in a hundred, times the median', '', last / middle, LIMIT.spread),
  ];
}
