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

export type QueueWork = QueueRun & {
  readonly stage: string;
  readonly sqs: SQSClient;
  /**
   * Whether a message is work for a whole call. Of those, and of messages that came back, a batch does one; the others
   * return to the queue as new messages at once: neither long work nor what takes a call down holds its neighbours up.
   */
  readonly fillsCall?: (body: unknown) => boolean;
};
export type QueueRun =
  | {
      /** Gets the parsed body, undefined where it is no JSON. What it returns is logged. A throw fails this record only. One record after the other. */
      readonly run: (body: unknown) => Promise<Outcome>;
    }
  | {
      /** All of a batch at once, for what they have in common; what becomes of each is given in their order. */
      readonly runAll: (bodies: readonly unknown[]) => Promise<readonly PromiseSettledResult<Outcome>[]>;
    };
type Outcome = Record<string, string | number>;

/** A handler for an SQS event source with `ReportBatchItemFailures`. */
export function queueHandler(work: QueueWork) {
  return functionHandler(work.stage, async (event: SQSEvent, instruments, context) => {
    const { here, elsewhere } = share(event.Records, work);
    const left = await putBack(elsewhere, work, instruments);
    const outcomeOf = openRuns(here, work);
    const { batchItemFailures } = await processPartialResponse(
      { Records: [...here] },
      (record: SQSRecord) => runRecord(record, outcomeOf, work, instruments),
      new BatchProcessor(EventType.SQS),
      {
        context,
        processInParallel: 'runAll' in work,
        throwOnFullBatchFailure: false,
      },
    );
    return {
      batchItemFailures: [...batchItemFailures, ...left.map(({ messageId }) => ({ itemIdentifier: messageId }))],
    };
  });
}

/** Sends all messages or throws: what sent twice does no harm downstream, what is lost would. */
export function sendAll(sqs: SQSClient, queueUrl: string, messages: readonly unknown[]): Promise<void> {
  return sendBodies(
    sqs,
    queueUrl,
    messages.map((message) => JSON.stringify(message)),
  );
}

async function sendBodies(sqs: SQSClient, queueUrl: string, bodies: readonly string[]): Promise<void> {
  for (let start = 0; start < bodies.length; start += MESSAGES_A_CALL) {
    let left = bodies.slice(start, start + MESSAGES_A_CALL).map((body, i) => ({ Id: String(i), MessageBody: body }));
    for (let attempt = 1; left.length > 0; attempt++) {
      const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: left }));
      const failed = new Set(Failed.map(({ Id }) => Id));
      left = left.filter(({ Id }) => failed.has(Id));
      if (left.length > 0 && attempt === SEND_TRIES)
        throw new Error(`The queue did not accept ${left.length} of ${bodies.length} messages: ${Failed[0]?.Code}`);
    }
  }
}

type Shared = { readonly here: readonly SQSRecord[]; readonly elsewhere: readonly SQSRecord[] };

/** Of the records that want a call each, the one that came back most often stays, so that none is put back for ever. */
function share(records: readonly SQSRecord[], { fillsCall }: QueueWork): Shared {
  const wantsCall = (record: SQSRecord) => receiveCountOf(record) > 1 || fillsCall?.(parseBody(record.body)) === true;
  const heavy = fillsCall && records.length > 1 ? records.filter(wantsCall) : [];
  const [one, ...elsewhere] = heavy.toSorted((a, b) => receiveCountOf(b) - receiveCountOf(a));
  const light = records.filter((record) => !heavy.includes(record));
  return { here: one ? [...light, one] : light, elsewhere };
}

/** Those that could not be put back. */
async function putBack(records: readonly SQSRecord[], { sqs }: QueueWork, { logger }: Instruments) {
  const [first] = records;
  if (!first) return [];
  try {
    const bodies = records.map(({ body }) => body);
    await sendBodies(sqs, await queueUrlOf(sqs, first), bodies);
    logger.info('returned to the queue', { messageIds: records.map(({ messageId }) => messageId) });
    return [];
  } catch (error) {
    logger.warn('could not be returned to the queue', { error: error as Error });
    return records;
  }
}

type OutcomeOf = (record: SQSRecord) => Promise<Outcome>;

function openRuns(records: readonly SQSRecord[], work: QueueWork): OutcomeOf {
  if ('run' in work) return ({ body }) => work.run(parseBody(body));
  const running = work.runAll(records.map(({ body }) => parseBody(body)));
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
    logger.info('done', { messageId, ...outcome });
  } catch (error) {
    const receiveCount = receiveCountOf(record);
    logger.error('failed', { messageId, receiveCount, error: error as Error });
    metrics.addMetric(`${stage}Failed`, MetricUnit.Count, 1);
    await retrySoon(sqs, record, receiveCount).catch((refused: unknown) =>
      logger.warn('could not shorten the retry delay: the retry comes after the visibility timeout', {
        messageId,
        error: refused as Error,
      }),
    );
    throw error;
  }
}

/** Without it a failed message stays hidden for the whole visibility timeout, six times the function's. */
async function retrySoon(sqs: SQSClient, record: SQSRecord, receiveCount: number): Promise<void> {
  await sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: await queueUrlOf(sqs, record),
      ReceiptHandle: record.receiptHandle,
      VisibilityTimeout: Math.min(2 ** receiveCount, LONGEST_WAIT_SECONDS),
    }),
  );
}

async function queueUrlOf(sqs: SQSClient, { eventSourceARN }: SQSRecord): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: eventSourceARN.split(':').at(-1) }));
  return QueueUrl;
}

function receiveCountOf({ attributes }: SQSRecord): number {
  return Number(attributes.ApproximateReceiveCount) || 1;
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
