// Trains on any machine that pulls jobs from the queue, for example one with a GPU.
import { Duration } from 'aws-cdk-lib';
import {
  type IChainable,
  type INextable,
  IntegrationPattern,
  JsonPath,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { SqsSendMessage } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { retried } from '../pipeline/machine.ts';
import { WorkQueue } from '../pipeline/queue.ts';
import { type Compute, TRAINING_TIMEOUT } from './compute.ts';

/** Visibility timeout, which a worker extends while it trains. If the worker dies, another one receives its job after this time. */
const VISIBILITY_TIMEOUT = Duration.seconds(120);
const MAX_RECEIVE_COUNT = 10;

/** Sends trainings to a queue as `{taskToken, job}`; the execution continues when a worker answers with the token. */
export class WorkerCompute extends Construct implements Compute {
  readonly start: IChainable;
  readonly end: INextable;
  readonly queue: WorkQueue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = new WorkQueue(this, 'TrainingQueue', {
      visibilityTimeout: VISIBILITY_TIMEOUT,
      maxReceiveCount: MAX_RECEIVE_COUNT,
    });
    const train = retried(
      new SqsSendMessage(this, 'Train', {
        queue: this.queue.queue,
        integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
        messageBody: TaskInput.fromObject({ taskToken: JsonPath.taskToken, job: JsonPath.objectAt('$') }),
        taskTimeout: Timeout.duration(TRAINING_TIMEOUT),
        resultPath: JsonPath.DISCARD,
      }),
      ['SQS.SdkClientException', 'SQS.AmazonSQSException'],
    );
    this.start = train;
    this.end = train;
  }
}
