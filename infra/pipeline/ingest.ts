// From a dropped object to clean parts: S3 -> EventBridge -> validate -> clean.
import { Duration, Validations } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { cleanQueueNames, KINDS, type Kind } from '#core/base/names.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import type { Prefix } from '#core/store/keys.ts';
import type { Options } from '../options.ts';
import type { Storage } from '../storage.ts';
import { GoldpanFunction } from './function.ts';
import { deadLetterQueue, WorkQueue } from './queue.ts';

const VALIDATE_TIMEOUT = Duration.seconds(60);
const VALIDATE_CONCURRENCY = 10;
/** As many messages as one call gets without waiting for more. */
const BATCH = 10;
/** Lambda's advice: a batch that was throttled for a while must not come back while it may still run. */
const VISIBILITY_PER_TIMEOUT = 6;

export type IngestProps = { readonly storage: Storage } & Pick<Options, 'cleanConcurrency'>;

export type Cleaner = { readonly fn: GoldpanFunction; readonly queue: WorkQueue };

export class Ingest extends Construct {
  readonly validate: GoldpanFunction;
  readonly validateQueue: WorkQueue;
  /** One function and one queue a kind. */
  readonly clean: Readonly<Record<Kind, Cleaner>>;
  /** Events that EventBridge could not deliver. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, { storage, cleanConcurrency }: IngestProps) {
    super(scope, id);
    this.validateQueue = new WorkQueue(this, 'ValidateQueue', { visibilityTimeout: visibilityFor(VALIDATE_TIMEOUT) });
    this.undelivered = deadLetterQueue(this, 'Undelivered');
    Validations.of(this.undelivered).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue of an EventBridge rule, which the check does not recognise.',
    });

    new Rule(this, 'Dropped', {
      description: 'Objects created in or deleted from the drop bucket',
      eventPattern: {
        source: ['aws.s3'],
        detailType: Match.anyOf('Object Created', 'Object Deleted'),
        detail: { bucket: { name: [storage.drop.bucketName] } },
      },
      targets: [new SqsQueue(this.validateQueue.queue, { deadLetterQueue: this.undelivered })],
    });

    this.validate = new GoldpanFunction(this, 'validate', {
      memoryMiB: 1024,
      timeout: VALIDATE_TIMEOUT,
    })
      .bindDrop(storage.drop)
      // A changed configuration cleans again what counts now.
      .bindDrop(storage.drop, 'list')
      .bindData(storage.data, {
        read: ['config', 'uploads', 'refused', 'verdicts', 'waivers'],
        write: ['config', 'uploads', 'refused'],
        list: true,
      });
    const cleaners = KINDS.map((kind) => [kind, this.cleaner(kind, storage, cleanConcurrency)] as const);
    this.clean = Object.fromEntries(cleaners) as Record<Kind, Cleaner>;
    for (const kind of KINDS) this.validate.bindSend(this.clean[kind].queue.queue, cleanQueueNames(kind).variable);
    const maxConcurrency = Math.min(VALIDATE_CONCURRENCY, cleanConcurrency);
    consume(this.validate, this.validateQueue, { batchSize: BATCH, maxConcurrency });
  }

  private cleaner(kind: Kind, storage: Storage, maxConcurrency: number): Cleaner {
    const { cleaner, tabular } = definitionOf(kind);
    const { timeoutSeconds, batchSize, ...resources } = cleaner;
    const timeout = Duration.seconds(timeoutSeconds);
    const queue = new WorkQueue(this, cleanQueueNames(kind).construct, { visibilityTimeout: visibilityFor(timeout) });
    const schemas: readonly Prefix[] = tabular ? ['schemas'] : [];
    const fn = new GoldpanFunction(this, `clean-${kind}`, { ...resources, timeout })
      .bindDrop(storage.drop)
      .bindData(storage.data, {
        read: ['config', 'verdicts', 'waivers', ...schemas],
        write: ['parts', 'quarantine', 'verdicts', ...schemas],
        list: true,
      });
    // Of a batch, what is work for a whole call goes back to the queue.
    if (batchSize > 1) fn.allowSend(queue.queue);
    consume(fn, queue, { batchSize, maxConcurrency });
    return { fn, queue };
  }
}

function visibilityFor(timeout: Duration): Duration {
  return Duration.seconds(timeout.toSeconds() * VISIBILITY_PER_TIMEOUT);
}

function consume(
  { fn }: GoldpanFunction,
  { queue }: WorkQueue,
  { batchSize, maxConcurrency }: { batchSize: number; maxConcurrency: number },
): void {
  fn.addEventSource(new SqsEventSource(queue, { batchSize, maxConcurrency, reportBatchItemFailures: true }));
  Validations.of(fn).acknowledge({
    id: 'Serverless-LambdaEventSourceMappingDestination',
    reason: "A queue's failed messages go to its own dead-letter queue; Lambda offers no destination for queues.",
  });
}
