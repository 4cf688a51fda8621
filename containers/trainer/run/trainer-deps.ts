// The trainer's outside world, handed in, and what its parts share once the lease is held.
import type { ImageConfig } from '#core/kinds/image/config.ts';
import type { RunHead } from '#core/model/messages/run.ts';
import type { ComputeKind } from '#core/model/prices.ts';
import type { TrainingJob } from '#core/snapshot/messages.ts';
import type { Store } from '#core/store/store.ts';
import type { Environment } from '../state/protocol.ts';
import type { StopSwitch } from '../state/stop.ts';
import type { Clock } from './clock.ts';
import type { Launch } from './launch.ts';
import type { Lease } from './lease.ts';
import type { RunRecord } from './run-record.ts';

export interface TrainerDeps {
  readonly data: Store;
  readonly clock: Clock;
  /** Names this process among all trainers, ever. */
  readonly owner: string;
  readonly launch: Launch;
  /** Asked by signals from outside, by the lease's keeper from inside. */
  readonly stop: StopSwitch;
  /** An empty folder, removed by the caller. */
  readonly folder: string;
  /** One line for people. */
  readonly say: (line: string) => void;
  /** Who runs the trainer: it decides what its time costs. */
  readonly compute: ComputeKind;
  /** What is known of this host before the engine has told. */
  readonly environment: Environment;
}

export interface Supervised extends TrainerDeps {
  readonly job: TrainingJob;
  readonly lease: Lease;
  readonly record: RunRecord;
  /** Known once the snapshot's manifest is read. */
  image?: ImageConfig;
  /** Epochs and steps done, told with each renewal of the lease. */
  readonly place: { epoch: number; step: number; phase: RunHead['phase'] };
}
