// Decides where an engine starts: at the newest complete checkpoint, otherwise at the beginning.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Split } from '#core/kinds/split.ts';
import { epochOf } from '#core/model/timing/epoch-of.ts';
import { keptForScoring } from '#core/model/timing/scoring-time.ts';
import type { Manifest } from '#core/snapshot/messages.ts';
import type { EngineTask, TaskInput } from '../state/protocol.ts';
import { fetchParent } from '../state/warm-start.ts';
import { newestCheckpoint } from './checkpoint-store.ts';
import { writeMetrics } from './epoch-files.ts';
import { fetchFeatures } from './feature-files.ts';
import { resumeRecord, secondsOf } from './run-record.ts';
import type { RunDeps } from './trainer-deps.ts';

/**
 * Returns the task of the engine and the number of threads of the checkpoint. Resets metrics.jsonl and the head to it.
 */
export async function prepareStart(
  run: RunDeps,
  manifest: Pick<Manifest, 'labels' | 'splits'>,
  input: TaskInput,
): Promise<{ task: EngineTask; threads: number | null }> {
  const { data, clock, folder, job, lease, position, record, say } = run;
  const { labels } = manifest;
  const items = manifest.splits as Record<Split, number>;
  const features = await fetchFeatures(data, job, folder);
  const given = { ...input, train: job.train, classes: labels.length, folder, items, features };
  const found = await newestCheckpoint(data, job);
  resumeRecord(record, found?.marker);
  const { retry } = record;
  const { budgetMinutes } = job.train;
  const spentSeconds = secondsOf(record, clock.now());
  const budget = budgetMinutes === null ? {} : { budget: { spentSeconds, keptSeconds: keptForScoring(budgetMinutes) } };
  const task = { ...given, ...budget };
  if (!found) {
    Object.assign(position, { epoch: 0, step: 0 });
    await writeMetrics(data, job, []);
    await lease.move({ ...position, checkpointStep: null, checkpointSha256: null });
    const parent = await fetchParent(data, job);
    const parentFile = parent === undefined ? null : join(folder, 'parent.safetensors');
    if (parent && parentFile) await writeFile(parentFile, parent);
    return { task: { ...task, retry, parentFile, resume: null }, threads: null };
  }
  const { marker, state } = found;
  const { progress, environment, sha256 } = marker;
  Object.assign(position, { epoch: progress.epochs.length, step: progress.step });
  const stateFile = join(folder, 'resume.safetensors');
  await writeFile(stateFile, state);
  await lease.hold();
  await writeMetrics(data, job, progress.epochs);
  await lease.move({ ...position, checkpointStep: progress.step, checkpointSha256: sha256 });
  say(`goes on after step ${progress.step}, ${epochOf(progress.epochs.length, job.train.epochs)} epochs done`);
  return {
    task: { ...task, retry, parentFile: null, resume: { stateFile, progress, environment } },
    threads: environment.threads,
  };
}
