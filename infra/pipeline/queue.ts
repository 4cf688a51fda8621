// A queue whose poison messages end in a dead-letter queue, with an optional batch queue before it. A call that dies returns all its
// messages, so messages share a call only once: a message of the batch queue that is delivered again moves to the queue of single messages,
// where each has a call of its own. No function sends to a queue that it consumes.
import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { LIMITS } from '#core/base/limits.ts';

/** Number of receives in the batch queue: a message shares a call with others only once. */
const BATCH_RECEIVES = 1;
const RETENTION = Duration.days(14);

export type WorkQueueProps = {
  readonly visibilityTimeout: Duration;
  /** @default 5 */
  readonly maxReceiveCount?: number;
  /** Whether there is a batch queue for messages that can share a call. @default false */
  readonly withBatches?: boolean;
};

/** A work queue and its dead-letter queue, encrypted by SQS (free of charge); they accept TLS only. */
export class WorkQueue extends Construct {
  /** The queue of messages that are processed in calls of their own. */
  readonly queue: Queue;
  /** The queue of messages that share calls; a message that fails here moves to `queue`. */
  readonly batches: Queue | undefined;
  readonly deadLetters: Queue;

  constructor(
    scope: Construct,
    id: string,
    { visibilityTimeout, maxReceiveCount = LIMITS.messageReceives, withBatches = false }: WorkQueueProps,
  ) {
    super(scope, id);
    this.deadLetters = deadLetterQueue(this, 'DeadLetters');
    const open = (name: string, next: Queue, receives: number) =>
      new Queue(this, name, {
        encryption: QueueEncryption.SQS_MANAGED,
        enforceSSL: true,
        retentionPeriod: RETENTION,
        visibilityTimeout,
        deadLetterQueue: { queue: next, maxReceiveCount: receives },
      });
    this.queue = open('Queue', this.deadLetters, maxReceiveCount);
    this.batches = withBatches ? open('Batches', this.queue, BATCH_RECEIVES) : undefined;
  }
}

export function deadLetterQueue(scope: Construct, id: string): Queue {
  const queue = new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: RETENTION,
  });
  Validations.of(queue).acknowledge({ id: 'Serverless-SQSRedrivePolicy', reason: 'It is a dead-letter queue.' });
  return queue;
}
