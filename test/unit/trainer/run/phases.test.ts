// How long a run took: its phases, the step of the scoring that is under way, and the budget that covers all of it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { RunHead, RunOutcome } from '#core/model/messages/run.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { systemClock } from '../../../../containers/trainer/run/clock.ts';
import type { Launch } from '../../../../containers/trainer/run/launch.ts';
import { train } from '../../../../containers/trainer/run/train.ts';
import { EXPORT_STEP } from '../../../../containers/trainer/state/protocol.ts';
import { stopSwitch } from '../../../../containers/trainer/state/stop.ts';
import { environment, finish, GRID, handOver, type Play, playing, ready } from '../playing-engine.ts';
import { jobFor, sealSquares } from '../squares.ts';

const BUDGET_MINUTES = 4;
const job = jobFor({ epochs: 2, budgetMinutes: BUDGET_MINUTES });

async function run(data: Store, launch: Launch): Promise<void> {
  await sealSquares(data, job);
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const given = { data, clock: systemClock, owner: 'me', launch, stop: stopSwitch(), folder, environment };
  await train({ ...given, say: () => undefined, compute: 'batch' }, job);
}

const headIn = async (data: Store) => (await readJson(data, keys.runHead(job.dataset, job.runId), RunHead))?.value;

test('a run tells the steps after training, and how long each phase took', async () => {
  const data = memoryStore();
  const heads: (RunHead['scoring'] | undefined)[] = [];
  const scored: Play = async function* (task, heard) {
    yield ready;
    yield handOver(task, 6, 1, GRID);
    await heard('stored');
    for (const [done, name] of ['test images', EXPORT_STEP].entries()) {
      yield { type: 'scoring', name, done, of: 2 };
      heads.push((await headIn(data))?.scoring);
    }
    yield finish(task);
  };
  await run(data, playing(scored).launch);
  expect(heads).toEqual([
    { name: 'test images', done: 0, of: 2 },
    { name: EXPORT_STEP, done: 1, of: 2 },
  ]);
  const outcome = (await readJson(data, keys.runOutcome(job.dataset, job.runId), RunOutcome))?.value as RunOutcome;
  const { training, scoring, export: exporting } = outcome.phases as NonNullable<RunOutcome['phases']>;
  expect(training + scoring + exporting).toBeCloseTo(outcome.cost.seconds, 6);
  expect(Math.min(training, exporting)).toBeGreaterThan(0);
});

test('the engine is given the budget of the whole run: what is spent, and what is kept for scoring', async () => {
  const data = memoryStore();
  const engine = playing(async function* (task) {
    yield ready;
    yield handOver(task, 6, 1, GRID);
    yield finish(task);
  });
  await run(data, engine.launch);
  const { spentSeconds, keptSeconds } = engine.tasks[0]?.budget ?? {};
  expect(keptSeconds).toBe(48);
  expect(spentSeconds).toBeGreaterThan(0);
  expect(spentSeconds).toBeLessThan(BUDGET_MINUTES * 60);
  expect((await headIn(data))?.budgetMinutes).toBe(BUDGET_MINUTES);
});
