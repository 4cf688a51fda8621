// Measures whether the memory of a long training grows: watches both processes from outside over tens of thousands of steps.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { RunHead } from '#core/model/messages/run.ts';
import type { TrainingJob } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { jobFor, sealSquares } from '../test/unit/trainer/squares.ts';
import { type Benchmark, lowerIsBetter, median, type Row } from './benchmark.ts';
import { folderStore } from './soak/folder-store.ts';

const TRAINER = join(import.meta.dirname, 'soak/trainer.ts');
const EPOCHS = { vae: 60, gan: 30 };
const ITEMS = { train: 4_000, validation: 200, test: 200 };
const SAMPLE_EVERY_MS = 500;
/** An engine saves every two seconds. */
const CLOCK = '30';
/** After this, every program has run and the page has been written. */
const WARM_EPOCHS = 3;
const MOST_MIB = 50;

type Sample = {
  readonly step: number;
  readonly trainer: number;
  readonly engine: number;
};

export const memory: Benchmark = {
  sentence: 'how much memory the trainer and its engine gain in tens of thousands of steps; takes minutes',
  async run() {
    const rows: Row[] = [];
    for (const model of ['vae', 'gan'] as const) {
      const job = jobFor({ model, preset: 'plain', epochs: EPOCHS[model], batchSize: 8, patience: EPOCHS[model] });
      const samples = await watch(job);
      const [first, last] = [samples[0] as Sample, samples.at(-1) as Sample];
      for (const process of ['trainer', 'engine'] as const) {
        rows.push(
          lowerIsBetter({
            metric: `${model}: what the ${process} gains from step ${first.step} to ${last.step}`,
            ...{ unit: 'MiB', ours: gainOf(samples.map((sample) => sample[process])) },
            ...{ peer: MOST_MIB, peerName: 'most', goal: 1 },
          }),
        );
      }
    }
    return { versions: {}, rows };
  },
};

/** The last tenth against the first, at least 1 so that a ratio can be had. */
function gainOf(values: readonly number[]): number {
  const tenth = Math.max(1, Math.floor(values.length / 10));
  return Math.max(1, median(values.slice(-tenth)) - median(values.slice(0, tenth)));
}

async function watch(job: TrainingJob): Promise<Sample[]> {
  const home = mkdtempSync(join(tmpdir(), 'goldpan-memory-'));
  try {
    const data = folderStore(home);
    await sealSquares(data, job, ITEMS);
    const trainer = spawn(process.execPath, ['--no-deprecation', TRAINER, home, JSON.stringify(job)], {
      env: { ...process.env, SOAK_CLOCK: CLOCK },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const samples: Sample[] = [];
    while (trainer.exitCode === null && trainer.signalCode === null) {
      await setTimeout(SAMPLE_EVERY_MS);
      const head = (await readJson(data, keys.runHead(job.dataset, job.runId), RunHead))?.value;
      if (!head || head.epoch < WARM_EPOCHS || head.epoch >= job.train.epochs) continue;
      const sample = residentMiB(trainer.pid as number);
      if (sample) samples.push({ step: head.step, ...sample });
    }
    if (trainer.exitCode !== 0) throw new Error(`the trainer ended with code ${trainer.exitCode}`);
    return samples;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Undefined where one of the two has just gone. */
function residentMiB(pid: number): { trainer: number; engine: number } | undefined {
  const resident = (of: number) =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${of}/status`, 'utf8'))?.[1]) / 1024;
  try {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    return child ? { trainer: resident(pid), engine: resident(Number(child)) } : undefined;
  } catch {
    return undefined;
  }
}
