import { expect, test } from 'vitest';
import { followRun } from '#client/training/follow-run.ts';
import { memoryDeployment } from './memory-deployment.ts';
import { DATASET, RUN_ID, writeHead, writeOutcome } from './run-records.ts';

test('the outcome of an earlier attempt is not the end of this one', async () => {
  const { context, data } = memoryDeployment();
  await writeHead(data, { attempt: 1, status: 'ended' });
  await writeOutcome(data, { attempt: 1, status: 'failed', modelId: null });
  let waits = 0;
  const clock = {
    now: () => context.clock.now(),
    async sleep(ms: number) {
      await context.clock.sleep(ms);
      if (++waits === 3) await writeOutcome(data, { attempt: 2 });
    },
  };
  const run = { dataset: DATASET, runId: RUN_ID, attempt: 2, executionName: undefined };
  const { outcome } = await followRun({ ...context, clock }, run);
  expect(outcome).toMatchObject({ attempt: 2, status: 'succeeded' });
  expect(waits).toBe(3);
});

test.each([
  [
    'is being trained',
    { status: 'running', leaseUntil: '2100-01-01T00:00:00.000Z' },
    /This run waits: run vae-0123456789ab of digits/,
  ],
  [
    'has lost its trainer',
    { status: 'running', leaseUntil: '1960-01-01T00:00:00.000Z' },
    /No trainer has started this run yet/,
  ],
] as const)('a run that waits while another one %s is told with the reason', async (_, head, expected) => {
  const { context, data, drop, said } = memoryDeployment();
  await drop.put(`${DATASET}/0.png`, new Uint8Array([1]));
  await writeHead(data, head);
  const waiting = { dataset: 'birds', runId: 'vae-waiting', attempt: 1, executionName: undefined };
  let waits = 0;
  const clock = {
    now: () => context.clock.now(),
    async sleep(ms: number) {
      await context.clock.sleep(ms);
      if (++waits === 30) throw new Error('enough');
    },
  };
  await expect(followRun({ ...context, clock }, waiting)).rejects.toThrow('enough');
  expect(said()).toMatch(expected);
});
