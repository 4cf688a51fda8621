// Decides where an engine starts: at the newest complete checkpoint, otherwise at the beginning.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ManifestOf } from '#core/snapshot/messages.ts';
import type { EngineTask } from '../state/protocol.ts';
import { fetchParent } from '../state/warm-start.ts';
import { newestCheckpoint } from './checkpoint-store.ts';
import { writeMetrics } from './epoch-files.ts';
import { fetchFeatures } from './feature-files.ts';
import { resumeRecord } from './run-record.ts';
import type { Supervised } from './trainer-deps.ts';

/**
 * Returns the task of the engine and the number of threads of the checkpoint. Resets metrics.jsonl and the head to it.
 */
export async function prepareStart(
  run: Supervised,
  manifest: ManifestOf<'image'>,
): Promise<{ task: EngineTask; threads: number | null }> {
  const { data, folder, job, lease, place, record, say } = run;
  const { config, labels, splits } = manifest;
  const features = await fetchFeatures(data, job, folder);
  const task = { train: job.train, image: config.image, classes: labels.length, folder, items: splits, features };
  const found = await newestCheckpoint(data, job);
  resumeRecord(record, found?.marker);
  const { retry } = record;
  if (!found) {
    Object.assign(place, { epoch: 0, step: 0 });
    await writeMetrics(data, job, []);
    await lease.move({ ...place, checkpointStep: null, checkpointSha256: null });
    const parent = await fetchParent(data, job);
    const parentFile = parent === undefined ? null : join(folder, 'parent.safetensors');
    if (parent && parentFile) await writeFile(parentFile, parent);
    return { task: { ...task, retry, parentFile, resume: null }, threads: null };
  }
  const { marker, state } = found;
  const { progress, environment, sha256 } = marker;
  Object.assign(place, { epoch: progress.epochs.length, step: progress.step });
  const stateFile = join(folder, 'resume.safetensors');
  await writeFile(stateFile, state);
  await lease.hold();
  await writeMetrics(data, job, progress.epochs);
  await lease.move({ ...place, checkpointStep: progress.step, checkpointSha256: sha256 });
  say(`goes on after step ${progress.step}, ${progress.epochs.length} of ${job.train.epochs} epochs done`);
  return {
    task: { ...task, retry, parentFile: null, resume: { stateFile, progress, environment } },
    threads: environment.threads,
  };
}
