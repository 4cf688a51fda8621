// Processes a batch of queue messages. Only failed messages are returned to the queue, and they are retried soon.
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { parseJson } from '#core/base/json/parse-json.ts';
import { LIMITS } from '#core/base/limits.ts';
import { ENV } from '#core/base/names.ts';
import { DEFERRED } from '#core/ingest/messages.ts';
import { environment } from './environment.ts';
import { functionHandler, type Instruments } from './middleware.ts';

/** The limit of SendMessageBatch. */
const MESSAGES_A_CALL = 10;
const SEND_TRIES = 5;

/** Maximum bytes of one call; SQS refuses a larger one as a whole. */
const BYTES_A_CALL = 256 * 1024;
/** Bytes that a message adds to a request besides its body. */
const MESSAGE_OVERHEAD_BYTES = 128;

export type QueueWork = QueueRun & { readonly stage: string; readonly sqs: SQSClient };
export type QueueRun =
  | {
      /** Called with the parsed body (undefined if it is not JSON), one record after the other. The result is logged; an error fails this record only. */
      readonly run: (body: unknown) => Promise<Outcome>;
    }
  | {
      /** Called once with the parsed bodies of a batch, so that their reads are shared. Returns the results in the same order. */
      readonly runAll: (bodies: readonly unknown[]) => Promise<readonly PromiseSettledResult<Outcome>[]>;
    };
type Outcome = Record<string, string | number>;
/** The message needs a call of its own: it fails in the batch queue, which moves it to the queue of single messages. */
class DeferredError extends Error {}

/** Returns a handler for an SQS event source with `ReportBatchItemFailures`. */
export function queueHandler(work: QueueWork) {
  return functionHandler(work.stage, async ({ Records }: SQSEvent, instruments, context) => {
    const outcomeOf = openRuns(Records, work);
    return processPartialResponse(
      { Records },
      (record: SQSRecord) => runRecord(record, outcomeOf, work, instruments),
      new BatchProcessor(EventType.SQS),
      { context, processInParallel: 'runAll' in work, throwOnFullBatchFailure: false },
    );
  });
}

/** Sends all messages, or throws. A message may be sent twice, which is harmless; none is lost. */
export function sendAll(sqs: SQSClient, queueUrl: string, messages: readonly unknown[]): Promise<void> {
  return sendBodies(
    sqs,
    queueUrl,
    messages.map((message) => JSON.stringify(message)),
  );
}

/** Returns how many messages wait in the queues or are being worked on; SQS counts roughly. */
export async function countMessages(sqs: SQSClient, queueUrls: readonly string[]): Promise<number> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const counts = queueUrls.map(async (QueueUrl) => {
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }));
    return names.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
  });
  return (await Promise.all(counts)).reduce((sum, messages) => sum + messages, 0);
}

async function sendBodies(sqs: SQSClient, queueUrl: string, bodies: readonly string[]): Promise<void> {
  for (const chunk of chunksOf(bodies)) {
    let left = chunk.map((body, i) => ({ Id: String(i), MessageBody: body }));
    for (let attempt = 1; left.length > 0; attempt++) {
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: left }));
      const failed = new Set(Failed.map(({ Id }) => Id));
      left = left.filter(({ Id }) => failed.has(Id));
      if (left.length > 0 && attempt === SEND_TRIES)
        throw new Error(`The queue did not accept ${left.length} of ${bodies.length} messages: ${Failed[0]?.Code}`);
    }
  }
}

/** Splits messages into the largest chunks that one call accepts, by number and bytes. */
function chunksOf(bodies: readonly string[]): string[][] {
  const chunks: string[][] = [];
  let bytes = 0;
  for (const body of bodies) {
    const size = Buffer.byteLength(body) + MESSAGE_OVERHEAD_BYTES;
    const chunk = chunks.at(-1);
    bytes += size;
    if (chunk && chunk.length < MESSAGES_A_CALL && bytes <= BYTES_A_CALL) chunk.push(body);
    else {
      chunks.push([body]);
      bytes = size;
    }
  }
  return chunks;
}

type OutcomeOf = (record: SQSRecord) => Promise<Outcome>;

function openRuns(records: readonly SQSRecord[], work: QueueWork): OutcomeOf {
  if ('run' in work) return ({ body }) => work.run(parseJson(body));
  const running = work.runAll(records.map(({ body }) => parseJson(body)));
  return async (record) => {
    const result = (await running)[records.indexOf(record)];
    if (result?.status !== 'fulfilled') throw result?.reason;
    return result.value;
  };
}

async function runRecord(
  record: SQSRecord,
  outcomeOf: OutcomeOf,
  { stage, sqs }: QueueWork,
  { logger, metrics }: Instruments,
) {
  const { messageId } = record;
  try {
    const outcome = await outcomeOf(record);
    if (outcome.state === DEFERRED) throw new DeferredError();
    logger.info('done', { messageId, ...outcome });
  } catch (error) {
    if (error instanceof DeferredError) {
      logger.info('left for a call of its own', { messageId });
      await hide(sqs, record, 0);
      throw error;
    }
    const receiveCount = receiveCountOf(record);
    logger.error('failed', { messageId, receiveCount, error: error as Error });
    metrics.addMetric(`${stage}Failed`, MetricUnit.Count, 1);
    await hide(sqs, record, retryWaitSeconds(receiveCount)).catch((refused: unknown) =>
      logger.warn('could not shorten the retry delay: the retry comes after the visibility timeout', {
        messageId,
        error: refused as Error,
      }),
    );
    throw error;
  }
}

/** Makes failed messages visible again soon. Otherwise they stay hidden for the visibility timeout, six times the timeout of the function. */
async function hide(sqs: SQSClient, { eventSourceARN, receiptHandle }: SQSRecord, seconds: number): Promise<void> {
  const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: eventSourceARN.split(':').at(-1) }));
  await sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds }),
  );
}

/**
 * With the default of 5, the waits of 5, 25, 125 and 625 seconds between five receives outlast an outage of some minutes. After the last
 * receive a message goes to the dead-letter queue, so it is not delayed.
 */
function retryWaitSeconds(receiveCount: number): number {
  return receiveCount >= LIMITS.messageReceives ? 0 : Number(environment(ENV.retryBaseSeconds)) ** receiveCount;
}

function receiveCountOf({ attributes }: SQSRecord): number {
  return Number(attributes.ApproximateReceiveCount) || 1;
}
