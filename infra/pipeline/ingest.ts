// From a dropped object to clean parts: S3 -> EventBridge -> validate -> clean.
import { Duration, Validations } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { cleanQueueNames, ENV, KINDS, type Kind } from '#core/base/names.ts';
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import type { Prefix } from '#core/store/keys.ts';
import type { Options } from '../options.ts';
import type { Storage } from '../storage.ts';
import { GoldpanFunction } from './function.ts';
import { deadLetterQueue, WorkQueue } from './queue.ts';

const VALIDATE_TIMEOUT = Duration.seconds(120);
const VALIDATE_CONCURRENCY = 10;
/** Maximum number of messages of one call; the call does not wait for more. */
const BATCH = 10;
/** Factor that Lambda recommends, so that a throttled batch does not become visible again while it may still run. */
const VISIBILITY_PER_TIMEOUT = 6;

export type IngestProps = { readonly storage: Storage } & Pick<Options, 'cleanConcurrency' | 'retryBaseSeconds'>;

export type CleanerFunction = { readonly fn: GoldpanFunction; readonly queue: WorkQueue };

export class Ingest extends Construct {
  readonly validate: GoldpanFunction;
  readonly validateQueue: WorkQueue;
  /** One cleaning function for each kind, with its queues. */
  readonly clean: Readonly<Record<Kind, CleanerFunction>>;
  /** All queues on the way from an upload to its verdict. */
  readonly queues: readonly Queue[];
  /** Events that EventBridge could not deliver. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, { storage, cleanConcurrency, retryBaseSeconds }: IngestProps) {
    super(scope, id);
    this.validateQueue = new WorkQueue(this, 'ValidateQueue', {
      visibilityTimeout: visibilityFor(VALIDATE_TIMEOUT),
      withBatches: true,
    });
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
      targets: [new SqsQueue(this.validateQueue.batches as Queue, { deadLetterQueue: this.undelivered })],
    });

    this.validate = new GoldpanFunction(this, 'validate', {
      memoryMiB: 1024,
      timeout: VALIDATE_TIMEOUT,
    })
      .bindDrop(storage.drop)
      .bindData(storage.data, {
        read: ['config', 'uploads', 'refused', 'verdicts', 'waivers'],
        write: ['config', 'uploads', 'refused'],
      })
      .bindRefusalRemoval(storage.data);
    const cleaners = KINDS.map((kind) => [kind, this.cleaner(kind, storage, cleanConcurrency)] as const);
    this.clean = Object.fromEntries(cleaners) as Record<Kind, CleanerFunction>;
    for (const kind of KINDS) {
      const { queue, batches } = this.clean[kind].queue;
      const { variable, batchVariable } = cleanQueueNames(kind);
      this.validate.bindSend(queue, variable);
      if (batches) this.validate.bindSend(batches, batchVariable);
    }
    this.queues = [this.validateQueue, ...Object.values(this.clean).map((cleaner) => cleaner.queue)].flatMap(
      ({ queue, batches }) => (batches ? [queue, batches] : [queue]),
    );
    consume(this.validate, this.validateQueue, Math.min(VALIDATE_CONCURRENCY, cleanConcurrency));
    for (const { fn } of [this.validate, ...Object.values(this.clean).map((cleaner) => cleaner.fn)])
      fn.addEnvironment(ENV.retryBaseSeconds, String(retryBaseSeconds));
  }

  private cleaner(kind: Kind, storage: Storage, maxConcurrency: number): CleanerFunction {
    const { cleaner, tabular } = definitionOf(kind);
    const { timeoutSeconds, lightBytes, ...resources } = cleaner;
    const timeout = Duration.seconds(timeoutSeconds);
    const queue = new WorkQueue(this, cleanQueueNames(kind).construct, {
      visibilityTimeout: visibilityFor(timeout),
      withBatches: lightBytes > 0,
    });
    const schemas: readonly Prefix[] = tabular ? ['schemas'] : [];
    const fn = new GoldpanFunction(this, `clean-${kind}`, { ...resources, timeout })
      .bindDrop(storage.drop)
      .bindData(storage.data, {
        read: ['config', 'verdicts', 'waivers', ...schemas],
        write: ['parts', 'quarantine', 'verdicts', ...schemas],
      });
    consume(fn, queue, maxConcurrency);
    return { fn, queue };
  }
}

function visibilityFor(timeout: Duration): Duration {
  return Duration.seconds(timeout.toSeconds() * VISIBILITY_PER_TIMEOUT);
}

function consume({ fn }: GoldpanFunction, { queue, batches }: WorkQueue, maxConcurrency: number): void {
  const sources: readonly (readonly [Queue | undefined, number])[] = [
    [queue, 1],
    [batches, BATCH],
  ];
  for (const [source, batchSize] of sources)
    if (source)
      fn.addEventSource(new SqsEventSource(source, { batchSize, maxConcurrency, reportBatchItemFailures: true }));
  Validations.of(fn).acknowledge({
    id: 'Serverless-LambdaEventSourceMappingDestination',
    reason: "A queue's failed messages go to its own dead-letter queue; Lambda offers no destination for queues.",
  });
}
