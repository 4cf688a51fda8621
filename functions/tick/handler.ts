// Wiring of tick: a schedule in, events and executions out.
import { BatchClient } from '@aws-sdk/client-batch';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ENV } from '#core/base/names.ts';
import { s3Client, s3Store } from '#core/store/s3.ts';
import { tick } from '#stages/tick/stage.ts';
import { environment, environmentIfSet } from '../environment.ts';
import { functionHandler } from '../middleware.ts';
import { countMessages, sendAll } from '../sqs.ts';
import { endWaitingJobs } from './end-waiting-jobs.ts';
import { startOnce } from './start-once.ts';

/** With less time left, no further work is started: the timeout could interrupt it, and the next call would repeat it. */
const RESERVE_MS = 60_000;

const client = s3Client();
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
const machines = new SFNClient({});
const drop = s3Store({ bucket: environment(ENV.dropBucket), client });
const data = s3Store({ bucket: environment(ENV.dataBucket), client });
const validateBatchQueueUrl = environment(ENV.validateBatchQueueUrl);
const ingestQueueUrls = environment(ENV.ingestQueueUrls).split(' ');
const batch = new BatchClient({});
const jobQueues = environmentIfSet(ENV.trainingJobQueues)?.split(' ') ?? [];
const stateMachineArn = environment(ENV.assembleMachineArn);

export const handler = functionHandler('tick', async (_schedule: unknown, { logger }, context) => {
  const outcome = await tick({
    drop,
    data,
    send: (events) => sendAll(sqs, validateBatchQueueUrl, events),
    backlog: () => countMessages(sqs, ingestQueueUrls),
    start: startOnce((name, request) =>
      machines.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(request) })),
    ),
    now: Date.now,
    hasTime: () => context.getRemainingTimeInMillis() > RESERVE_MS,
  });
  const endedJobs = await endWaitingJobs(batch, jobQueues, Date.now());
  logger.info('tick completed', { ...outcome, endedJobs });
  return outcome;
});
