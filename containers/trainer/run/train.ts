// Runs one training in the parent process: lease, data, engine, checkpoints, model. It never uses a tensor.
import { asProgramError, FAILURE, GoldpanError, isProgramError } from '#core/base/errors.ts';
import { TRAINER_EXIT, type TrainerExitCode } from '#core/base/exit-codes.ts';
import { RunOutcome } from '#core/model/messages/run.ts';
import type { TrainingJob } from '#core/snapshot/messages.ts';
import { readJson, writeJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import { fetchItems } from '../data/kind-support.ts';
import { writeRunPage } from '../page/write-page.ts';
import { Stopped, type StopReason } from '../state/stop.ts';
import { followEngine } from './follow-engine.ts';
import type { ContainerMemory } from './host/container-memory.ts';
import { keepLease } from './keep-lease.ts';
import { type Lease, takeLease } from './lease.ts';
import { storeModel } from './model-files.ts';
import { readManifest } from './read-manifest.ts';
import { type Ending, openRecord, outcomeOf, secondsOf } from './run-record.ts';
import { prepareStart } from './start.ts';
import type { RunDeps, TrainerDeps } from './trainer-deps.ts';

/** Maximum number of engine crashes without a new checkpoint in between. */
const MAX_DEATHS = 3;

/**
 * Trains a job and returns the exit code. Errors of the run itself are in run.json with exit code 0; other reasons are
 * printed.
 */
export async function train(deps: TrainerDeps, job: TrainingJob): Promise<TrainerExitCode> {
  try {
    const outcome = (await readJson(deps.data, keys.runOutcome(job.dataset, job.runId), RunOutcome))?.value;
    if (outcome && (outcome.status === 'succeeded' || outcome.attempt >= job.attempt)) {
      deps.say(`run ${job.runId} has ${outcome.status} already`);
      return TRAINER_EXIT.done;
    }
    return await trainUnderLease(deps, job, await takeLease(deps, job));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    deps.say(isProgramError(error) ? (error.stack ?? error.message) : `${error.name}: ${error.message}`);
    if (isProgramError(error)) return TRAINER_EXIT.broken;
    return error.name === FAILURE.leaseLost ? TRAINER_EXIT.leaseLost : TRAINER_EXIT.failed;
  }
}

async function trainUnderLease(deps: TrainerDeps, job: TrainingJob, lease: Lease): Promise<TrainerExitCode> {
  const { data, clock, stop, say } = deps;
  const record = openRecord(deps.environment, clock.now());
  const position: RunDeps['position'] = { epoch: lease.head.epoch, step: lease.head.step, phase: 'training' };
  const endKeeping = keepLease({
    data,
    clock,
    job,
    lease,
    stop,
    position: () => ({ ...position, seconds: Math.round(secondsOf(record, clock.now())) }),
  });
  const run: RunDeps = { ...deps, job, lease, record, position };
  try {
    const ending = await runToEnd(run);
    await endKeeping();
    if (ending.status === 'stopped' && ending.reason.kind === 'signal') {
      await lease.move({ ...position, status: 'stopped' });
      say(`stopped at step ${record.progress.step}; another attempt goes on from there`);
      return ending.reason.signal === 'SIGINT' ? TRAINER_EXIT.interrupted : TRAINER_EXIT.terminated;
    }
    const outcome = outcomeOf(job, record, ending, { now: clock.now(), compute: deps.compute, rented: deps.rented });
    await lease.move({ ...position });
    await writeJson(data, keys.runOutcome(job.dataset, job.runId), outcome);
    if (run.input) await writeRunPage(run, run.input, outcome);
    await lease.move({ status: ending.status === 'stopped' ? 'stopped' : 'ended' });
    say(ending.status === 'succeeded' ? `model ${ending.modelId}` : `run ${ending.status}: ${outcome.reason?.message}`);
    return TRAINER_EXIT.done;
  } catch (error) {
    if (stop.reason?.kind === 'lost') throw stop.reason.error;
    // Releases the lease so that other trainers need not wait until it expires; if this fails, they wait.
    await lease.move({ status: 'stopped' }).catch(() => undefined);
    throw error;
  } finally {
    await endKeeping();
  }
}

async function runToEnd(run: RunDeps): Promise<Ending> {
  const { data, folder, job, lease, stop, launch, say, readMemory = () => undefined } = run;
  try {
    const manifest = await readManifest(data, job);
    const input = await fetchItems(data, manifest, folder, stop.check);
    run.input = input;
    run.labels = manifest.labels;
    run.groupBy = manifest.config.split.groupBy;
    for (let deaths = 0; ; ) {
      const { task, threads } = await prepareStart(run, manifest, input);
      stop.check();
      const before = lease.head.checkpointStep;
      const memoryBefore = readMemory();
      const engine = launch(threads);
      const said = await followEngine(run, engine, task);
      if (said?.type === 'failed') {
        if (said.name !== FAILURE.divergence || run.record.retry) return { status: 'failed', error: said };
        run.record.retry = { message: said.message, fromStep: lease.head.checkpointStep ?? 0 };
        say(`${said.message}. Once more from step ${run.record.retry.fromStep}, at half the learning rate.`);
        continue;
      }
      if (said?.type === 'finished') {
        await lease.hold();
        const modelId = await storeModel(data, { job, manifest, lease, input, folder }, said.result);
        return { status: 'succeeded', result: said.result, modelId };
      }
      stop.check();
      refuseLittleMemory(memoryBefore, readMemory(), engine.ending());
      deaths = lease.head.checkpointStep === before ? deaths + 1 : 1;
      if (deaths >= MAX_DEATHS) throw new Error(`the engine ${engine.ending()}, ${deaths} times at the same step`);
      say(`the engine ${engine.ending()}; it starts again from the last checkpoint`);
    }
  } catch (error) {
    const { reason } = stop;
    if (reason?.kind === 'lost') throw reason.error;
    if (error instanceof Stopped) return { status: 'stopped', reason: reason as StopReason };
    if (error instanceof GoldpanError && error.name !== FAILURE.leaseLost) return { status: 'failed', error };
    if (error instanceof Error && isProgramError(error)) {
      say(error.stack ?? error.message);
      return { status: 'failed', error: asProgramError(error) };
    }
    throw error;
  }
}

/** Throws OutOfMemoryError when the kernel ended a process of this container meanwhile: the next engine would end alike. */
function refuseLittleMemory(
  before: ContainerMemory | undefined,
  now: ContainerMemory | undefined,
  ending: string,
): void {
  if (!before || !now || now.endedProcesses <= before.endedProcesses) return;
  const given =
    now.limitMiB === undefined ? 'the memory of this machine is' : `the container's ${now.limitMiB} MiB of memory are`;
  throw new GoldpanError(
    FAILURE.outOfMemory,
    `${given} too little: the training needed more and ${ending}. Train with a smaller batch (train.batchSize) or smaller images, or on a host with more memory`,
  );
}
