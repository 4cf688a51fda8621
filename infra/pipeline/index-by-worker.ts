// Indexing by a worker, for datasets that are too large for a function, where the deployment has no containers.
import { IntegrationPattern, JsonPath, TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { SqsSendMessage } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { INDEX_JOB_TIMEOUT } from './index-job.ts';
import { retried } from './machine.ts';
import type { WorkQueue } from './queue.ts';

/** Sends `{taskToken, index}` to the queue; the worker's answer has the form of the function's answer. */
export function indexByWorker(scope: Construct, id: string, { queue }: WorkQueue): SqsSendMessage {
  const task = new SqsSendMessage(scope, id, {
    queue,
    integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN,
    messageBody: TaskInput.fromObject({
      taskToken: JsonPath.taskToken,
      index: { request: JsonPath.objectAt('$.request'), snapshotId: JsonPath.stringAt('$.snapshotId') },
    }),
    taskTimeout: Timeout.duration(INDEX_JOB_TIMEOUT),
  });
  return retried(task, ['SQS.SdkClientException', 'SQS.AmazonSQSException']);
}
