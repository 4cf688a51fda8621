// The interface of both kinds of compute to the training state machine.
import { Duration } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { IChainable, INextable } from 'aws-cdk-lib/aws-stepfunctions';
import type { WorkQueue } from '../pipeline/queue.ts';

/** Maximum duration of one training, on either compute. */
export const TRAINING_TIMEOUT = Duration.hours(24);

/** The first and the last of the training states. Both pass on the job as the data of the state machine. */
export type Compute = {
  readonly start: IChainable;
  readonly end: INextable;
  /** The queue from which workers receive jobs. */
  readonly queue?: WorkQueue;
  /** Grants the state machine the additional permissions of its states. */
  readonly authorize?: (machineRole: IRole) => void;
};
