// Runs functions/tick every five minutes, to continue work that has stopped.
import { Duration, Validations } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ENV } from '#core/base/names.ts';
import type { Storage } from '../storage.ts';
import { GoldpanFunction } from './function.ts';
import type { WorkQueue } from './queue.ts';

const EVERY = Duration.minutes(5);

export type TickProps = {
  readonly storage: Storage;
  readonly validateQueue: WorkQueue;
  /** Queues that must be nearly empty before anything is sent again. */
  readonly ingestQueues: readonly Queue[];
  readonly assemble: StateMachine;
  /** ARNs of the job queues of trainings; empty without AWS Batch. */
  readonly jobQueues: readonly string[];
};

export class Tick extends Construct {
  readonly tick: GoldpanFunction;

  constructor(scope: Construct, id: string, { storage, validateQueue, ingestQueues, assemble, jobQueues }: TickProps) {
    super(scope, id);
    // No longer than the schedule, so that two calls rarely overlap; if they do, conditional writes of the pointer let only one of them act.
    this.tick = new GoldpanFunction(this, 'tick', { memoryMiB: 1769, timeout: EVERY })
      .bindDrop(storage.drop, 'names')
      .bindData(storage.data, {
        read: ['config', 'refused', 'verdicts', 'parts', 'rollups', 'runs', 'snapshots'],
        write: ['rollups'],
      })
      .bindRollupRemoval(storage.data)
      .bindSend(validateQueue.batches as Queue, ENV.validateBatchQueueUrl)
      .bindDepths(ingestQueues, ENV.ingestQueueUrls)
      .bindStart(assemble, ENV.assembleMachineArn);
    if (jobQueues.length > 0) this.tick.bindEndingJobs(jobQueues, ENV.trainingJobQueues);
    const schedule = new Rule(this, 'Schedule', {
      description: 'Every 5 minutes: repeats lost events, rolls up small files, starts training that is due',
      schedule: Schedule.rate(EVERY),
      // The next call does what a failed one left undone.
      targets: [new LambdaFunction(this.tick.fn, { retryAttempts: 0 })],
    });
    Validations.of(schedule).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason: 'The scheduled event carries no data, and the next one comes 5 minutes later.',
    });
  }
}
