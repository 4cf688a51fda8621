// Reads the messages of an engine process until the last one, and stores their content.

import { readFile, rm } from 'node:fs/promises';
import { sha256 } from '#core/base/hash.ts';
import { ENV } from '#core/base/names.ts';
import { OLDEST_DRIVER } from '#core/model/host/gpu-driver.ts';
import type { Environment } from '#core/model/messages/run.ts';
import { epochLine } from '#core/model/timing/epoch-line.ts';
import { supportOf } from '../data/kind-support.ts';
import { writeRunPage } from '../page/write-page.ts';
import type { EngineTask, FromEngine } from '../state/protocol.ts';
import type { StopReason } from '../state/stop.ts';
import { pruneCheckpoints, writeCheckpoint } from './checkpoint-store.ts';
import { writeEpochFiles, writeMetrics, writeNearest, writePreview } from './epoch-files.ts';
import { storeFeatures } from './feature-files.ts';
import type { EngineProcess } from './launch.ts';
import { secondsOf } from './run-record.ts';
import type { RunDeps } from './trainer-deps.ts';

/** An engine that has not stopped after this time is killed; its last checkpoint remains valid. */
const STOP_GRACE_MS = 25_000;

type Final = Extract<FromEngine, { type: 'finished' | 'failed' | 'stopped' }>;
type Handed = Extract<FromEngine, { type: 'checkpoint' }>;

/** Returns the final message; undefined if the engine died. Ends the engine in any case. */
export async function followEngine(run: RunDeps, engine: EngineProcess, task: EngineTask): Promise<Final | undefined> {
  const { clock, stop, lease, position, record } = run;
  const over = new AbortController();
  let isReady = false;
  const end = async (reason: StopReason) => {
    // While it loads, an engine neither hears anything nor has anything to store.
    if (reason.kind !== 'lost' && isReady) {
      engine.send({ type: 'stop' });
      await clock.sleep(STOP_GRACE_MS, over.signal);
    }
    engine.kill();
  };
  engine.send({ type: 'start', task });
  const stopListening = stop.listen((reason) => void end(reason));
  try {
    for await (const message of engine.messages) {
      if (message.type === 'ready') {
        isReady = true;
        record.steps = [];
        refuseOtherDevice(run, message.environment);
        noteEnvironment(run, task.resume?.environment, message.environment);
        position.phase = 'training';
        await lease.move({ ...position, stepsPerEpoch: message.stepsPerEpoch });
      } else if (message.type === 'position') {
        Object.assign(position, { epoch: message.epoch, step: message.step });
      } else if (message.type === 'scoring') {
        const { name, done, of } = message;
        Object.assign(position, { phase: 'scoring', scoring: { name, done, of } });
        record.steps.push({ name, at: clock.now() });
        await lease.move({ ...position, seconds: Math.round(secondsOf(record, clock.now())) });
      } else if (message.type === 'parent') {
        run.say(`starts from model ${run.job.train.from}: ${message.fitting} of its ${message.of} weights fit`);
      } else if (message.type === 'preview') {
        await storePreview(run, task, message.samples);
      } else if (message.type === 'nearest') {
        await run.lease.hold();
        await writeNearest(run.data, run.job, await supportOf(task).show(message.pairs, task, run.folder));
      } else if (message.type === 'features') {
        await storeFeatures(run, message.features);
      } else if (message.type === 'checkpoint') {
        await storeCheckpoint(run, task, message);
        engine.send({ type: 'stored' });
      } else return message;
    }
    return undefined;
  } finally {
    stopListening();
    over.abort();
    engine.kill();
  }
}

/** Writes the first samples of a run, within its first epoch. */
async function storePreview(run: RunDeps, task: EngineTask, samples: Uint8Array): Promise<void> {
  await run.lease.hold();
  await writePreview(run.data, run.job, await supportOf(task).show(samples, task, run.folder));
  await writeRunPage(run, task);
}

/** Writes images and events first, then the checkpoint, then metrics.jsonl, and last the head. */
async function storeCheckpoint(
  run: RunDeps,
  task: EngineTask,
  { stateFile, progress, samples }: Handed,
): Promise<void> {
  const { data, clock, job, lease, position, record, say } = run;
  await lease.hold();
  const metrics = progress.epochs.at(-1);
  if (samples && metrics) {
    const shown = await supportOf(task).show(samples, task, run.folder);
    await writeEpochFiles(data, job, { metrics, samples: shown, wallTime: clock.now() / 1000 });
  }
  const state = await readFile(stateFile);
  await rm(stateFile);
  const hash = sha256(state);
  await writeCheckpoint(data, job, {
    marker: {
      schemaVersion: 1,
      runId: job.runId,
      snapshotId: job.snapshotId,
      sha256: hash,
      bytes: state.length,
      progress,
      environment: record.environment,
      seconds: secondsOf(record, clock.now()),
      resumed: record.resumed,
      bitExact: record.bitExact,
    },
    state,
  });
  if (samples) await writeMetrics(data, job, progress.epochs);
  record.progress = progress;
  if (samples) await writeRunPage(run, task);
  Object.assign(position, { epoch: progress.epochs.length, step: progress.step });
  await lease.move({ ...position, checkpointStep: progress.step, checkpointSha256: hash });
  // A failure here only wastes space.
  await pruneCheckpoints(data, job).catch(({ message }: Error) => say(`old checkpoints stay: ${message}`));
  if (samples && metrics) say(epochLine(progress.epochs, job.train, { inFull: true }));
}

/** Throws where a GPU is paid for and TensorFlow works on the processor: another host may have one that works. */
function refuseOtherDevice({ expectedDevice }: RunDeps, { device }: Environment): void {
  if (expectedDevice === undefined || device === expectedDevice) return;
  throw new Error(
    `a GPU is expected (${ENV.device}=${expectedDevice}) and TensorFlow found none. Lines of its log above may say why: no driver, a driver older than ${OLDEST_DRIVER}, or a container that was started without the GPU. To train on the processor set ${ENV.device}=cpu`,
  );
}

/** Results are bit-exact on one kind of machine only; a run that moved to another records it. */
function noteEnvironment({ record, say }: RunDeps, before: Environment | undefined, now: Environment): void {
  record.environment = now;
  if (!before) return;
  const changed = (Object.keys(now) as (keyof Environment)[]).filter((key) => now[key] !== before[key]);
  if (changed.length === 0) return;
  record.bitExact = false;
  say(`goes on with another ${changed.join(', ')}: the result is as good, but not bit-exact`);
}
