// 100,000 uploads through the real stages while S3, SQS and the functions fail as they do on AWS, beside a run without faults.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulate } from '../test/fixtures/simulation/cloud.ts';
import { readDeployment } from '../test/fixtures/simulation/deployment.ts';
import { type FaultRates, faultsByRate } from '../test/fixtures/simulation/faults.ts';
import {
  cleanItems,
  contentsOf,
  differences,
  expectedItems,
  unsettled,
} from '../test/fixtures/simulation/invariants.ts';
import { type Benchmark, higherIsBetter, lowerIsBetter } from './benchmark.ts';
import type { CalmRun } from './nothing-lost/calm.ts';
import { SEED, setting } from './nothing-lost/setting.ts';

const RATES: FaultRates = {
  errors: 0.01,
  // The SDK's own retries hide most faults, but their effects remain.
  surfacing: 0.2,
  conflicts: 0.01,
  kills: 0.005,
  duplicateEvents: 0.1,
  lateMs: 120_000,
  // S3 promises each at least once; what tick does about lost ones is tested apart.
  lostEvents: 0,
  duplicateReceives: 0.01,
};
const TICKS_AFTER_MS = 2 * 3_600_000;
const MINUTES = 30;

export const nothingLost: Benchmark = {
  sentence:
    '100,000 uploads of every kind under faults of every kind end as they do without any; takes a quarter of an hour',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'nothing-lost-'));
    try {
      const file = join(folder, 'calm.json');
      const calm = fork(join(import.meta.dirname, 'nothing-lost/calm.ts'), [file]);
      const calmEnded = once(calm, 'exit');
      const scenario = await setting();
      const last = scenario.acts.at(-1)?.atMs ?? 0;
      const run = await simulate({
        acts: scenario.acts,
        faults: faultsByRate(SEED, RATES),
        seed: SEED,
        deployment: readDeployment(),
        ticksUntilMs: last + TICKS_AFTER_MS,
      });
      const [code] = await calmEnded;
      if (code !== 0) throw new Error(`the run without faults ended with code ${code}`);
      const { contents, seconds } = JSON.parse(readFileSync(file, 'utf8')) as CalmRun;
      const wanted = new Map(contents);
      const made = await contentsOf(run.data);
      for (const key of made.keys()) if (key.startsWith('rollups/')) made.delete(key);
      const wrong = await unsettled(run, scenario);
      const different = differences(wanted, made);
      const [items, expected] = [await cleanItems(run, scenario), expectedItems(scenario)];
      for (const line of [...wrong.slice(0, 5), ...different.slice(0, 5)]) process.stderr.write(`${line}\n`);
      process.stderr.write(`${JSON.stringify({ ...run.tally, steps: run.steps, virtualSeconds: run.seconds })}\n`);
      const whole = [...expected].filter((item) => items.has(item)).length - (items.size - expected.size);
      const { user, system } = process.cpuUsage();
      const minutes = (seconds + (user + system) / 1e6) / 60;
      const all = { unit: '', goal: 1 };
      return {
        versions: {},
        rows: [
          higherIsBetter({
            ...all,
            metric: 'uploads in exactly one terminal state, none among the dead letters',
            ours: scenario.uploads - wrong.length,
            peer: scenario.uploads,
            peerName: 'uploads dropped',
          }),
          higherIsBetter({
            ...all,
            metric: 'objects equal byte by byte to those of a run without faults',
            ours: wanted.size - different.length,
            peer: wanted.size,
            peerName: 'objects of that run',
          }),
          higherIsBetter({
            ...all,
            metric: 'distinct clean items',
            ours: whole,
            peer: expected.size,
            peerName: 'distinct valid inputs',
          }),
          lowerIsBetter({
            metric: 'both runs, processor time without child processes',
            unit: 'minutes',
            ours: minutes,
            peer: MINUTES,
            peerName: 'limit',
            goal: 1,
          }),
        ],
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
