// Measures the peak memory of the packaged function, after single calls and after eight at the same time.
import { lowerIsBetter, type Row } from '../benchmark.ts';
import type { Packaged } from './packaged-function.ts';

const CALLS = 200;
const CALLERS = 8;
const LIMIT_MB = 512;

export async function memoryRow(packaged: Packaged, eventOf: (seed: number) => unknown): Promise<Row> {
  const { statusCodes, peakKiB } = await packaged.run<{ statusCodes: number[]; peakKiB: number }>(`
    const { readFileSync } = await import('node:fs');
    const events = ${JSON.stringify(Array.from({ length: CALLS }, (_, seed) => eventOf(seed)))};
    const call = (event) => handler(event, { awsRequestId: 'bench' });
    const statusCodes = new Set();
    for (const event of events) statusCodes.add((await call(event)).statusCode);
    for (let i = 0; i < events.length; i += ${CALLERS})
      for (const { statusCode } of await Promise.all(events.slice(i, i + ${CALLERS}).map(call))) statusCodes.add(statusCode);
    const peakKiB = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
    answer({ statusCodes: [...statusCodes], peakKiB });`);
  if (String(statusCodes) !== '200') throw new Error(`the packaged endpoint answered ${statusCodes.join(', ')}`);
  return lowerIsBetter({
    metric: `most memory of the packaged function: ${CALLS} calls of 16 images one by one, then ${CALLERS} at once`,
    ...{ unit: 'MB', ours: (peakKiB * 1024) / 1e6, peer: LIMIT_MB, peerName: 'the limit', goal: 1 },
  });
}
