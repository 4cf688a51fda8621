// A training that is killed again and again, at random steps and inside its checkpoints' writing, ends in the same bytes.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { canonicalJson } from '#core/base/hash.ts';
import { uniforms } from '#core/base/random.ts';
import { ModelCard } from '#core/model/messages/card.ts';
import { RunOutcome } from '#core/model/messages/run.ts';
import type { TrainingJob } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { jobFor, sealSquares } from '../test/unit/trainer/squares.ts';
import { type Benchmark, higherIsBetter } from './benchmark.ts';
import { folderStore } from './soak/folder-store.ts';
import type { KillPlan } from './soak/trainer.ts';

const KILLS = Number(process.env.SOAK_KILLS ?? 20);
const KILLS_A_RUN = 4;
const MORE_LATE_MS = 61_000;
const EPOCHS = 8;
const TRAINER = join(import.meta.dirname, 'soak/trainer.ts');
const FAMILIES = ['vae', 'gan'] as const;
/** One to each run: around what is put while the second checkpoint is stored. */
const IN_A_CHECKPOINT: readonly KillPlan['around'][] = [
  { name: 'state', isAfter: false },
  { name: 'state', isAfter: true },
  { name: 'checkpoint', isAfter: false },
  { name: 'checkpoint', isAfter: true },
  { name: 'metrics', isAfter: true },
];

export const soakResume: Benchmark = {
  sentence:
    'trainings killed at random steps and inside checkpoints end in the bytes of one that was not; takes minutes',
  async run() {
    const rows = [];
    for (const model of FAMILIES) {
      const { runs, kills, same } = await soak(model);
      rows.push(
        higherIsBetter({
          metric: `${model}: runs with the same weights and losses, after ${kills} kills`,
          ...{ unit: 'runs', ours: same, peer: runs, peerName: 'all', goal: 1 },
        }),
      );
    }
    return { versions: {}, rows };
  },
};

async function soak(model: (typeof FAMILIES)[number]): Promise<{ runs: number; kills: number; same: number }> {
  const job = jobFor({ model, preset: 'plain', epochs: EPOCHS, batchSize: 8, patience: EPOCHS });
  const home = mkdtempSync(join(tmpdir(), 'goldpan-soak-'));
  try {
    const sealed = join(home, 'sealed');
    await sealSquares(folderStore(sealed), job);
    const calm = join(home, 'calm');
    cpSync(sealed, calm, { recursive: true });
    start(calm, job, {}, 0);
    const trainedMs = Date.now() - Number(readFileSync(join(calm, 'ready'), 'utf8'));
    const expected = await endOf(calm, job);
    const runs = Math.ceil(KILLS / KILLS_A_RUN);
    let [kills, same] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const rough = join(home, `rough-${run}`);
      cpSync(sealed, rough, { recursive: true });
      const moments = [...uniforms(run + 1, model, KILLS_A_RUN)].map((u) => ({
        afterMs: (u * trainedMs) / KILLS_A_RUN,
      }));
      const plans: KillPlan[] = [{ around: IN_A_CHECKPOINT[run % IN_A_CHECKPOINT.length] }, ...moments, {}];
      plans.forEach((plan, attempt) => {
        if (start(rough, job, plan, attempt * MORE_LATE_MS) === 'killed') kills += 1;
      });
      const got = await endOf(rough, job);
      const isSame = canonicalJson(got) === canonicalJson(expected);
      if (isSame) same += 1;
      else process.stderr.write(`${firstDifference(got, expected)}\n`);
      process.stderr.write(
        `${model}, run ${run + 1} of ${runs}: ${isSame ? 'the same' : 'OTHER'} bytes, ${kills} kills so far\n`,
      );
    }
    return { runs, kills, same };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function start(folder: string, job: TrainingJob, plan: KillPlan, lateMs: number): 'killed' | 'ended' {
  const given = [TRAINER, folder, JSON.stringify(job), JSON.stringify(plan)];
  const { signal, status, stderr } = spawnSync(process.execPath, ['--no-deprecation', ...given], {
    env: { ...process.env, SOAK_LATE_MS: String(lateMs) },
    encoding: 'utf8',
  });
  if (signal === 'SIGKILL') return 'killed';
  if (status !== 0) throw new Error(`the trainer ended with code ${status}:\n${stderr}`);
  return 'ended';
}

function firstDifference(got: unknown, expected: unknown, path = ''): string | undefined {
  if (isDeepStrictEqual(got, expected)) return undefined;
  if (typeof got !== 'object' || typeof expected !== 'object' || got === null || expected === null) {
    return `${path || 'all'}: ${JSON.stringify(got)}, not ${JSON.stringify(expected)}`;
  }
  for (const key of new Set([...Object.keys(got), ...Object.keys(expected)])) {
    const found = firstDifference(Reflect.get(got, key), Reflect.get(expected, key), path ? `${path}.${key}` : key);
    if (found) return found;
  }
  return path;
}

/** What must not depend on how often a run was killed: each file's hash, each epoch's figures, the figures on the test split. */
async function endOf(folder: string, job: TrainingJob): Promise<unknown> {
  const data = folderStore(folder);
  const outcome = (await readJson(data, keys.runOutcome(job.dataset, job.runId), RunOutcome))?.value;
  if (outcome?.modelId == null) throw new Error(`the run has ended without a model: ${outcome?.reason?.message}`);
  const card = (await readJson(data, keys.modelCard(job.dataset, outcome.modelId), ModelCard))?.value;
  const epochs = outcome.epochs.map(({ seconds, itemsPerSecond, memoryMiB, ...figures }) => figures);
  return { modelId: outcome.modelId, files: card?.files, epochs, metrics: outcome.metrics };
}
