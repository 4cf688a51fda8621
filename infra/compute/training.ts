// The second state machine: trains a job, on Batch or on a worker, and promotes its model.
import { Duration } from 'aws-cdk-lib';
import {
  Choice,
  Condition,
  Fail,
  JsonPath,
  type StateMachine,
  Succeed,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Options } from '../options.ts';
import { GoldpanFunction } from '../pipeline/function.ts';
import { call, machine } from '../pipeline/machine.ts';
import type { WorkQueue } from '../pipeline/queue.ts';
import type { Storage } from '../storage.ts';
import { BatchCompute } from './batch-compute.ts';
import { type Compute, TRAINING_TIMEOUT } from './compute.ts';
import { WorkerCompute } from './worker-compute.ts';

export type TrainingProps = { readonly storage: Storage } & Pick<
  Options,
  'compute' | 'gpu' | 'gpuFamilies' | 'onDemandAfter' | 'network' | 'trainerImage' | 'removal'
>;

export class Training extends Construct {
  readonly machine: StateMachine;
  readonly promote: GoldpanFunction;
  readonly queue: WorkQueue | undefined;
  /** Job queues; only with `compute=batch`. */
  readonly batch: BatchCompute | undefined;

  constructor(scope: Construct, id: string, props: TrainingProps) {
    super(scope, id);
    const { storage } = props;
    this.batch = props.compute === 'batch' ? new BatchCompute(this, 'Batch', props) : undefined;
    const compute: Compute = this.batch ?? new WorkerCompute(this, 'Worker');
    this.queue = compute.queue;
    this.promote = new GoldpanFunction(this, 'promote', { memoryMiB: 512, timeout: Duration.minutes(1) }).bindData(
      storage.data,
      { read: ['runs', 'models', 'registry'], write: ['registry'] },
    );
    compute.end
      .next(
        call(this, 'Promote', this.promote, {
          payload: TaskInput.fromObject({
            dataset: JsonPath.stringAt('$.dataset'),
            runId: JsonPath.stringAt('$.runId'),
          }),
        }),
      )
      .next(
        new Choice(this, 'Training outcome?')
          .when(Condition.stringEquals('$.status', 'failed'), ending(this, 'Training failed', 'TrainingFailed'))
          .when(Condition.stringEquals('$.status', 'stopped'), ending(this, 'Training stopped', 'TrainingStopped'))
          .otherwise(new Succeed(this, 'Done')),
      );
    this.machine = machine(this, 'Machine', {
      start: compute.start,
      timeout: TRAINING_TIMEOUT.plus(Duration.hours(1)),
      functions: [this.promote],
    });
    compute.authorize?.(this.machine.role);
  }
}

function ending(scope: Construct, id: string, error: string): Fail {
  return new Fail(scope, id, { error, causePath: JsonPath.format('{}', JsonPath.stringAt('$.reason')) });
}
