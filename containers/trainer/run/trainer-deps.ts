// The dependencies of the trainer, and the state that its parts share while they hold the lease.

import type { ComputeKind, RentedHost } from '#core/model/host/prices.ts';
import type { Environment, RunHead } from '#core/model/messages/run.ts';
import type { TrainingJob } from '#core/snapshot/messages.ts';
import type { Store } from '#core/store/store.ts';
import type { TaskInput } from '../state/protocol.ts';
import type { StopSwitch } from '../state/stop.ts';
import type { Clock } from './clock.ts';
import type { ContainerMemory } from './host/container-memory.ts';
import type { Launch } from './launch.ts';
import type { Lease } from './lease.ts';
import type { RunRecord } from './run-record.ts';

export type TrainerDeps = {
  readonly data: Store;
  readonly clock: Clock;
  /** Unique name of this process. */
  readonly owner: string;
  readonly launch: Launch;
  /** Stops on signals and on a lost lease. */
  readonly stop: StopSwitch;
  /** An empty folder; the caller removes it. */
  readonly folder: string;
  /** Prints one line for people. */
  readonly say: (line: string) => void;
  /** The type of the trainer's host, which determines its cost. */
  readonly compute: ComputeKind;
  /** The host that it runs on, where that is known. */
  readonly rented?: RentedHost | undefined;
  /** The device that the run was given a host for; without it, whatever the engine finds is used. */
  readonly expectedDevice?: 'gpu' | undefined;
  /** The state of this container's memory, read anew by each call. */
  readonly readMemory?: () => ContainerMemory | undefined;
  /** The environment of this host, before the engine has reported more. */
  readonly environment: Environment;
};

export type RunDeps = TrainerDeps & {
  readonly job: TrainingJob;
  readonly lease: Lease;
  readonly record: RunRecord;
  /** Set after the items were fetched. */
  input?: TaskInput;
  /** Names of the classes, likewise. */
  labels?: readonly string[];
  /** What keeps items in one split (split.groupBy); null: each item is by itself. */
  groupBy?: string | null;
  /** Epochs and steps done, written with each renewal of the lease. */
  readonly position: {
    epoch: number;
    step: number;
    phase: RunHead['phase'];
    scoring?: NonNullable<RunHead['scoring']>;
  };
};
