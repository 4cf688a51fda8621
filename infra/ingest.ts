// From a dropped object to clean parts: S3 -> EventBridge -> validate -> clean.
import { Duration, Validations } from 'aws-cdk-lib';
import { Match, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENV } from '#core/names.ts';
import { GoldpanFunction } from './function.ts';
import type { Options } from './options.ts';
import { deadLetterQueue, WorkQueue } from './queue.ts';
import type { Storage } from './storage.ts';

const VALIDATE_TIMEOUT = Duration.seconds(60);
const CLEAN_TIMEOUT = Duration.seconds(120);
const VALIDATE_CONCURRENCY = 10;
/** Lambda's advice: a batch that was throttled for a while must not come back while it may still run. */
const VISIBILITY_PER_TIMEOUT = 6;

export type IngestProps = { readonly storage: Storage } & Pick<Options, 'cleanConcurrency'>;

export class Ingest extends Construct {
  readonly validate: GoldpanFunction;
  readonly cleanImage: GoldpanFunction;
  readonly validateQueue: WorkQueue;
  readonly cleanImageQueue: WorkQueue;
  /** Events that EventBridge could not deliver. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, { storage, cleanConcurrency }: IngestProps) {
    super(scope, id);
    this.validateQueue = new WorkQueue(this, 'ValidateQueue', { visibilityTimeout: visibilityFor(VALIDATE_TIMEOUT) });
    this.cleanImageQueue = new WorkQueue(this, 'CleanImageQueue', { visibilityTimeout: visibilityFor(CLEAN_TIMEOUT) });
    this.undelivered = deadLetterQueue(this, 'Undelivered');
    Validations.of(this.undelivered).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue of a rule, which the check does not look at.',
    });

    new Rule(this, 'Dropped', {
      description: 'Objects that appear in or vanish from the drop bucket',
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
        read: ['config', 'uploads', 'refused', 'verdicts'],
        write: ['config', 'uploads', 'refused'],
        list: true,
      })
      .bindSend(this.cleanImageQueue.queue, ENV.cleanImageQueueUrl);
    // 1,769 MiB is where Lambda gives a whole processor.
    this.cleanImage = new GoldpanFunction(this, 'clean-image', {
      memoryMiB: 1769,
      timeout: CLEAN_TIMEOUT,
      native: ['sharp'],
    })
      .bindDrop(storage.drop)
      .bindData(storage.data, {
        read: ['config', 'verdicts'],
        write: ['parts', 'quarantine', 'verdicts'],
        list: true,
      });
    consume(this.validate, this.validateQueue, { batchSize: 10, maxConcurrency: VALIDATE_CONCURRENCY });
    consume(this.cleanImage, this.cleanImageQueue, { batchSize: 1, maxConcurrency: cleanConcurrency });
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
