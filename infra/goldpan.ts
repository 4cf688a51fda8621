// The whole of goldpan as one construct, for a stack of its own (stack.ts) or inside an app of yours (examples/own-app).
import { CfnOutput, Tags } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { cleanQueueNames, KINDS, OUTPUT } from '#core/base/names.ts';
import cdk from '../cdk.json' with { type: 'json' };
import { Training } from './compute/training.ts';
import { DEFAULT_OPTIONS, type Options } from './options.ts';
import { Assemble } from './pipeline/assemble.ts';
import { Ingest } from './pipeline/ingest.ts';
import { Serving } from './pipeline/serving.ts';
import { Tick } from './pipeline/tick.ts';
import { Storage } from './storage.ts';
import { Watch } from './watch.ts';

export type GoldpanProps = Partial<Options> & {
  /** The bucket for uploads: versioned, with events to EventBridge. @default a new bucket */
  readonly dropBucket?: IBucket;
  /** The bucket for goldpan's own objects. Only goldpan may write to it. @default a new bucket */
  readonly dataBucket?: IBucket;
};

/**
 * Everything that goldpan runs. One in a stack: the outputs by which the command line finds it have fixed names. Throws if a given
 * drop bucket of the same app is not versioned. Its events to EventBridge must be on (`eventBridgeEnabled: true`).
 */
export class Goldpan extends Construct {
  readonly dropBucket: IBucket;
  readonly dataBucket: IBucket;
  /** Makes a snapshot of a dataset and starts its training. */
  readonly assembleMachine: IStateMachine;
  readonly trainMachine: IStateMachine;
  /** Draws more items than one call of the endpoint can. */
  readonly drawMachine: IStateMachine;
  /** Draws samples: POST to `sampleUrl` with a signature (IAM), or invoke it. */
  readonly sampleFunction: IFunction;
  readonly sampleUrl: string;

  constructor(scope: Construct, id: string, { dropBucket, dataBucket, ...given }: GoldpanProps = {}) {
    super(scope, id);
    // The flags of CDK that goldpan is built with; an app around it may have others.
    for (const [flag, value] of Object.entries(cdk.context)) this.node.setContext(flag, value);
    const options = { ...DEFAULT_OPTIONS, ...given };
    Tags.of(this).add('app', 'goldpan');
    Tags.of(this).add('stage', options.stage === '' ? 'main' : options.stage);
    const storage = new Storage(this, 'Storage', { ...options, dropBucket, dataBucket });
    const ingest = new Ingest(this, 'Ingest', { storage, ...options });
    const { clean } = ingest;
    const training = new Training(this, 'Training', { storage, ...options });
    const assemble = new Assemble(this, 'Assemble', {
      storage,
      train: training.machine,
      batch: training.batch,
      workers: training.queue,
      ...options,
    });
    const { validateQueue } = ingest;
    const { tick } = new Tick(this, 'Tick', {
      storage,
      validateQueue,
      ingestQueues: ingest.queues,
      assemble: assemble.machine,
      jobQueues: training.batch?.queueArns ?? [],
    });
    const serving = new Serving(this, 'Serving', { storage, ...options });
    new Watch(this, 'Watch', {
      deadLetters: {
        Undelivered: ingest.undelivered,
        Validate: ingest.validateQueue.deadLetters,
        ...Object.fromEntries(
          KINDS.map((kind) => [cleanQueueNames(kind).construct.replace(/Queue$/, ''), clean[kind].queue.deadLetters]),
        ),
        ...(training.queue ? { Training: training.queue.deadLetters } : {}),
      },
      queues: ingest.queues,
      throttled: [ingest.validate, ...Object.values(clean).map(({ fn }) => fn), serving.sample],
      chained: [ingest.validate, ...Object.values(clean).map(({ fn }) => fn)],
      tick,
      functions: [
        ingest.validate,
        ...Object.values(clean).map(({ fn }) => fn),
        ...assemble.functions,
        tick,
        training.promote,
        serving.sample,
        serving.draw,
      ],
      machines: { Assemble: assemble.machine, Train: training.machine, Draw: serving.machine },
      ...options,
    });
    this.dropBucket = storage.drop;
    this.dataBucket = storage.data;
    this.assembleMachine = assemble.machine;
    this.trainMachine = training.machine;
    this.drawMachine = serving.machine;
    this.sampleFunction = serving.sample.fn;
    this.sampleUrl = serving.url.url;
    const outputs: Partial<Record<keyof typeof OUTPUT, string | undefined>> = {
      dropBucket: storage.drop.bucketName,
      dataBucket: storage.data.bucketName,
      validateQueueUrl: ingest.validateQueue.queue.queueUrl,
      validateBatchQueueUrl: ingest.validateQueue.batches?.queueUrl,
      validateDeadLetterQueueUrl: ingest.validateQueue.deadLetters.queueUrl,
      undeliveredQueueUrl: ingest.undelivered.queueUrl,
      trainingQueueUrl: training.queue?.queue.queueUrl,
      trainingDeadLetterQueueUrl: training.queue?.deadLetters.queueUrl,
      assembleMachineArn: assemble.machine.stateMachineArn,
      trainMachineArn: training.machine.stateMachineArn,
      drawMachineArn: serving.machine.stateMachineArn,
      sparkApplication: assemble.sparkApplicationId,
      promoteFunctionName: training.promote.fn.functionName,
      sampleFunctionName: serving.sample.fn.functionName,
      sampleUrl: serving.url.url,
      cleanConcurrency: String(options.cleanConcurrency),
      trainerImage: training.batch?.imageUri,
      trainingHosts: training.batch?.families.join(','),
    };
    for (const [name, value] of Object.entries(outputs) as [keyof typeof OUTPUT, string | undefined][]) {
      if (value !== undefined) this.output(OUTPUT[name], value);
    }
    for (const kind of KINDS) {
      const { output, batchOutput, deadLetterOutput } = cleanQueueNames(kind);
      const { queue, batches, deadLetters } = clean[kind].queue;
      this.output(output, queue.queueUrl);
      if (batches) this.output(batchOutput, batches.queueUrl);
      this.output(deadLetterOutput, deadLetters.queueUrl);
    }
  }
  /** Adds an output with exactly this name to the stack, wherever in the stack the construct is. */
  private output(name: string, value: string): void {
    new CfnOutput(this, name, { value }).overrideLogicalId(name);
  }
}
