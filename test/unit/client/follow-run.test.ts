import { expect, test } from 'vitest';
import type { ClientEvent } from '#client/events.ts';
import { followRun } from '#client/training/follow-run.ts';
import { readRun } from '#client/training/run-facts.ts';
import type { RunHead } from '#core/model/messages/run.ts';
import { eventPrinter } from '../../../cli/print/events.ts';
import { openTerminal } from '../../../cli/terminal/terminal.ts';
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

test('scoring has a bar of its own with the step under way, and the budget bounds what is left of the run', async () => {
  const { context, data } = memoryDeployment();
  const base = { budgetMinutes: 4, seconds: 200 };
  const heads: readonly Partial<RunHead>[] = [
    { ...base, phase: 'training' },
    { ...base, phase: 'scoring', scoring: { name: 'drawn images', done: 2, of: 4 }, seconds: 230 },
  ];
  const told: { phase: string; scoring: RunHead['scoring']; atMostMs: number | undefined }[] = [];
  let waits = 0;
  const clock = {
    now: () => context.clock.now(),
    async sleep(ms: number) {
      await context.clock.sleep(ms);
      const head = heads[waits++];
      if (head) await writeHead(data, head);
      else await writeOutcome(data);
    },
  };
  const notify = (event: ClientEvent) => {
    if (event.type !== 'run-progress') return;
    told.push({ phase: event.head.phase, scoring: event.head.scoring, atMostMs: event.atMostMs });
  };
  const run = { dataset: DATASET, runId: RUN_ID, attempt: 1, executionName: undefined };
  await followRun({ ...context, clock, notify }, run);
  expect(told).toEqual([
    { phase: 'training', scoring: undefined, atMostMs: 40_000 },
    { phase: 'scoring', scoring: { name: 'drawn images', done: 2, of: 4 }, atMostMs: 10_000 },
  ]);
  const printed: string[] = [];
  const err = { write: (text: string) => printed.push(text), isTTY: true, columns: 100 };
  const print = eventPrinter(openTerminal({ write: () => undefined }, err, {}), () => 0);
  await writeHead(data, heads[1]);
  const head = (await readRun(data, DATASET, RUN_ID))?.head as RunHead;
  print({ type: 'run-progress', head, atMostMs: 10_000 });
  expect(printed.at(-1)).toMatch(/Scoring +\[#{12}\.{12}\] +50% +2\/4 +drawn images$/);
});
