// Progress events of the client, as facts: the command line turns them into words and bars.
import type { EpochMetrics, RunHead } from '#core/model/messages/run.ts';
import type { GateDecision } from '#core/snapshot/messages.ts';
import type { BusyRun } from './training/find-busy-run.ts';

/** Work that has an end; `check` runs on this machine. */
export type Activity = 'upload' | 'clean' | 'clean-again' | 'assemble' | 'check' | 'export' | 'draw' | 'download';

export type ClientEvent =
  /** `done` of `total` files or units. */
  | { readonly type: 'progress'; readonly activity: Activity; readonly done: number; readonly total: number }
  | { readonly type: 'finished'; readonly activity: Activity }
  /** Work whose extent is not known goes on. */
  | { readonly type: 'still'; readonly activity: Activity; readonly sinceMs: number }
  /** So many items are drawn in the background. */
  | { readonly type: 'export-started'; readonly seed: number; readonly n: number }
  /** A new dataset gets this dataset.yaml. */
  | { readonly type: 'config-inferred'; readonly dataset: string; readonly yaml: string }
  /** The new dataset.yaml changes no cleaned item. */
  | { readonly type: 'config-equivalent'; readonly dataset: string }
  | ConfigChanged
  /** `unchanged`: an object with the same content was there already. */
  | { readonly type: 'object-sent'; readonly key: string; readonly files: number; readonly unchanged: boolean }
  | { readonly type: 'stalled'; readonly quietMs: number; readonly deadLetters: number }
  | SnapshotSealed
  | { readonly type: 'gate-decided'; readonly gate: GateDecision }
  /** The same data and settings were trained before. */
  | { readonly type: 'run-found'; readonly runId: string }
  | { readonly type: 'run-started'; readonly dataset: string; readonly runId: string; readonly attempt: number }
  /** `epochs` ends with the epoch that is new. */
  | { readonly type: 'epoch-ended'; readonly epochs: readonly EpochMetrics[]; readonly head: RunHead }
  /** `atMostMs`: what the budget leaves for the whole run. */
  | { readonly type: 'run-progress'; readonly head: RunHead; readonly atMostMs: number | undefined }
  /** `busy`: another run that is being trained, after which a worker comes to this one. */
  | { readonly type: 'run-unclaimed'; readonly runId: string; readonly busy?: BusyRun }
  | { readonly type: 'run-left' }
  | { readonly type: 'trial-started'; readonly trial: number; readonly trials: number; readonly settings: string }
  /** This user may not start executions, so an older snapshot is shown. */
  | { readonly type: 'snapshot-not-newest' };

/** Every upload is cleaned again under configuration `after`. */
export type ConfigChanged = {
  readonly type: 'config-changed';
  readonly dataset: string;
  readonly before: string;
  readonly after: string;
  /** Names of the changed sections of dataset.yaml. */
  readonly sections: readonly string[];
  readonly uploads: number;
  readonly units: { readonly done: number; readonly total: number } | null;
};

export type SnapshotSealed = {
  readonly type: 'snapshot-sealed';
  readonly snapshotId: string;
  readonly items: { readonly accepted: number; readonly distinct: number };
  readonly splits: Readonly<Record<'train' | 'validation' | 'test', number>>;
};

export type Notify = (event: ClientEvent) => void;
