// The state of a run in the parent process, from which run.json is written.

import { type ComputeKind, costOf, priceOf, type RentedHost } from '#core/model/host/prices.ts';
import type { Environment, Retry, RunOutcome } from '#core/model/messages/run.ts';
import type { TrainingJob } from '#core/snapshot/messages.ts';
import { type CheckpointMarker, START, type TrainingProgress } from '../state/checkpoint.ts';
import { type EngineResult, EXPORT_STEP } from '../state/protocol.ts';
import type { StopReason } from '../state/stop.ts';

export type RunRecord = {
  /** Progress at the newest checkpoint. */
  progress: TrainingProgress;
  environment: Environment;
  /** Number of resumes, over all attempts. */
  resumed: number;
  /** The one retry of the run after a divergence. */
  retry: Retry | null;
  bitExact: boolean;
  /** Seconds of wall time before this process; set at the first start. */
  secondsBefore: number | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** The steps after training, each with the time at which it began, in milliseconds since 1970. */
  steps: { readonly name: string; readonly at: number }[];
};

export type Ending =
  | { readonly status: 'succeeded'; readonly result: EngineResult; readonly modelId: string }
  | { readonly status: 'failed'; readonly error: { readonly name: string; readonly message: string } }
  | { readonly status: 'stopped'; readonly reason: StopReason };

export function openRecord(environment: Environment, now: number): RunRecord {
  return {
    progress: START,
    environment,
    resumed: 0,
    retry: null,
    bitExact: true,
    secondsBefore: undefined,
    startedAt: now,
    steps: [],
  };
}

/** Resets the record to the checkpoint after a resume; to the beginning if there is no checkpoint. */
export function resumeRecord(record: RunRecord, marker: CheckpointMarker | undefined): void {
  // Time that was lost with an engine is billed as well, so only the time of earlier processes is added.
  record.secondsBefore ??= marker?.seconds ?? 0;
  record.progress = marker?.progress ?? START;
  record.retry ??= record.progress.retry;
  if (!marker) return;
  record.bitExact &&= marker.bitExact;
  record.environment = marker.environment;
  record.resumed = marker.resumed + 1;
}

export function secondsOf({ secondsBefore, startedAt }: RunRecord, now: number): number {
  return (secondsBefore ?? 0) + (now - startedAt) / 1000;
}

export function outcomeOf(
  job: TrainingJob,
  record: RunRecord,
  ending: Ending,
  { now, compute, rented }: { now: number; compute: ComputeKind; rented?: RentedHost | undefined },
): RunOutcome {
  const result = ending.status === 'succeeded' ? ending.result : undefined;
  const { epochs, best } = result?.progress ?? record.progress;
  return {
    schemaVersion: 1,
    runId: job.runId,
    dataset: job.dataset,
    snapshotId: job.snapshotId,
    attempt: job.attempt,
    status: ending.status,
    reason: reasonOf(ending),
    modelId: ending.status === 'succeeded' ? ending.modelId : null,
    train: job.train,
    ...(job.forcedBy !== undefined && { forcedBy: job.forcedBy }),
    endedBy: result?.endedBy ?? null,
    bestEpoch: best?.epoch ?? null,
    epochs,
    metrics: result?.metrics ?? null,
    latent: result?.latent ?? null,
    cost: costOf(secondsOf(record, now), priceOf(compute, record.environment.device, rented)),
    ...(result && { phases: phasesOf(record, now) }),
    resumed: record.resumed,
    retry: record.retry,
    bitExact: record.bitExact,
    environment: record.environment,
  };
}

/** Training includes what precedes it: fetching the items and starting the engine, in every attempt. */
function phasesOf(record: RunRecord, now: number): NonNullable<RunOutcome['phases']> {
  const steps = record.steps.map(({ name, at }, i) => ({
    name,
    seconds: ((record.steps[i + 1]?.at ?? now) - at) / 1000,
  }));
  const secondsIn = (isMeant: (name: string) => boolean) =>
    steps.filter(({ name }) => isMeant(name)).reduce((sum, { seconds }) => sum + seconds, 0);
  const exporting = secondsIn((name) => name === EXPORT_STEP);
  const scoring = secondsIn((name) => name !== EXPORT_STEP);
  return { training: secondsOf(record, now) - scoring - exporting, scoring, export: exporting };
}

function reasonOf(ending: Ending): RunOutcome['reason'] {
  if (ending.status === 'failed') return { name: ending.error.name, message: ending.error.message };
  if (ending.status === 'succeeded') return null;
  const by = ending.reason.kind === 'request' ? ending.reason.by : ending.reason.kind;
  return { name: 'StopRequest', message: `stopped by ${by}; the run can go on from its checkpoint` };
}
