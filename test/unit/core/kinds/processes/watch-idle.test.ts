import { expect, test } from 'vitest';
import { watchIdle } from '#core/kinds/processes/watch-idle.ts';

test('a process that gets little CPU time is never idle for long; one that waits forever is', () => {
  const starved = watchIdle(200);
  // A tenth of a processor, in slices of 10 ms: two minutes of it are 12 s of CPU time.
  const idle = Array.from({ length: 600 }, (_, i) => starved(10 * Math.floor(i / 2)));
  expect(Math.max(...idle)).toBeLessThanOrEqual(400);
  const waiting = watchIdle(200);
  expect(Array.from({ length: 600 }, () => waiting(50)).at(-1)).toBe(599 * 200);
});

test('while nothing is asked, a process does not count as idle', () => {
  const idleMsOf = watchIdle(200);
  idleMsOf(50);
  expect([idleMsOf(50), idleMsOf(50, false), idleMsOf(50)]).toEqual([200, 0, 200]);
});
