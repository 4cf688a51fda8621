// Warm calls of 16 digits: CPU time of each, and the memory that the process has come to.
import { lowerIsBetter, median, type Row } from '../benchmark.ts';

const CALLS = 200;
const CALLERS = 8;
/** Milliseconds; times the median; MB. */
const LIMIT = { medianMs: 25, spread: 3, megabytes: 512 };

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
  // As many at once as callers: what one call holds is held eight times.
  for (let seed = 0; seed < CALLS; seed += CALLERS)
    await Promise.all(Array.from({ length: CALLERS }, (_, i) => call(seed + i)));
  const last = cpuMs.toSorted((a, b) => a - b)[Math.floor(CALLS * 0.99)] as number;
  const middle = median(cpuMs);
  const within = (metric: string, unit: string, ours: number, limit: number) =>
    lowerIsBetter({ metric, unit, ours, peer: limit, peerName: 'the limit', goal: 1 });
  return [
    within('warm call of 16 images, CPU time, median', 'ms', middle, LIMIT.medianMs),
    within('the same: the slowest in a hundred, times the median', '', last / middle, LIMIT.spread),
    within(
      "memory of the bench's process, all benches loaded, after 8 callers at once",
      'MB',
      process.memoryUsage().rss / 1e6,
      LIMIT.megabytes,
    ),
  ];
}
