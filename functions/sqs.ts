// How a function works through a batch of queue messages: each on its own, and a failed one comes back soon.
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import {
  ChangeMessageVisibilityCommand,
  GetQueueUrlCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { functionHandler, type Instruments } from './middleware.ts';

/** One SendMessageBatch takes no more. */
const MESSAGES_A_CALL = 10;
const SEND_TRIES = 5;
const LONGEST_WAIT_SECONDS = 900;

export type QueueWork = {
  readonly stage: string;
  readonly sqs: SQSClient;
  /** Whether the records of one batch run side by side; work that fills a processor runs one by one. */
  readonly inParallel: boolean;
  /** Gets the parsed body, undefined where it is no JSON. What it returns is logged. A throw fails this record only. */
  readonly run: (body: unknown) => Promise<Record<string, string | number>>;
};

/** A handler for an SQS event source with `ReportBatchItemFailures`. */
export function queueHandler(work: QueueWork) {
  return functionHandler(work.stage, (event: SQSEvent, instruments, context) =>
    processPartialResponse(
      event,
      (record: SQSRecord) => runRecord(record, work, instruments),
      new BatchProcessor(EventType.SQS),
      {
        context,
        processInParallel: work.inParallel,
        throwOnFullBatchFailure: false,
      },
    ),
  );
}

/** Sends all messages or throws: what sent twice does no harm downstream, what is lost would. */
export async function sendAll(sqs: SQSClient, queueUrl: string, messages: readonly unknown[]): Promise<void> {
  for (let start = 0; start < messages.length; start += MESSAGES_A_CALL) {
    let left = messages
      .slice(start, start + MESSAGES_A_CALL)
      .map((message, i) => ({ Id: String(i), MessageBody: JSON.stringify(message) }));
    for (let attempt = 1; left.length > 0; attempt++) {
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: left }));
      const failed = new Set(Failed.map(({ Id }) => Id));
      left = left.filter(({ Id }) => failed.has(Id));
      if (left.length > 0 && attempt === SEND_TRIES)
        throw new Error(
          `${left.length} of ${messages.length} messages were not taken by the queue: ${Failed[0]?.Code}`,
        );
    }
  }
}

async function runRecord(record: SQSRecord, { stage, sqs, run }: QueueWork, { logger, metrics }: Instruments) {
  const { messageId } = record;
  try {
    const outcome = await run(parseBody(record.body));
    logger.info('done', { messageId, ...outcome });
  } catch (error) {
    const receiveCount = Number(record.attributes.ApproximateReceiveCount) || 1;
    logger.error('failed', { messageId, receiveCount, error: error as Error });
    metrics.addMetric(`${stage}Failed`, MetricUnit.Count, 1);
    await retrySoon(sqs, record, receiveCount).catch((refused: unknown) =>
      logger.warn('the retry comes after the visibility timeout only', { messageId, error: refused as Error }),
    );
    throw error;
  }
}

/** Without it a failed message stays hidden for the whole visibility timeout, six times the function's. */
async function retrySoon(sqs: SQSClient, record: SQSRecord, receiveCount: number): Promise<void> {
  const queueName = record.eventSourceARN.split(':').at(-1);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queueName }));
  await sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl,
      ReceiptHandle: record.receiptHandle,
      VisibilityTimeout: Math.min(2 ** receiveCount, LONGEST_WAIT_SECONDS),
    }),
  );
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
