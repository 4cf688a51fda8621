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
