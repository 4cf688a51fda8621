// The whole of goldpan in one stack; its outputs are how the command line finds it.
import { CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { cleanQueueNames, KINDS, OUTPUT } from '#core/base/names.ts';
import { Training } from './compute/training.ts';
import type { Options } from './options.ts';
import { Assemble } from './pipeline/assemble.ts';
import { Ingest } from './pipeline/ingest.ts';
import { Serving } from './pipeline/serving.ts';
import { Tick } from './pipeline/tick.ts';
import { Storage } from './storage.ts';
import { Watch } from './watch.ts';

export class Goldpan extends Stack {
  constructor(scope: Construct, id: string, options: Options) {
    super(scope, id, { description: 'goldpan: cleans raw data and trains a generative model on it' });
    Tags.of(this).add('app', 'goldpan');
    Tags.of(this).add('stage', options.stage === '' ? 'main' : options.stage);
    const storage = new Storage(this, 'Storage', options);
    const ingest = new Ingest(this, 'Ingest', { storage, ...options });
    const { clean } = ingest;
    const training = new Training(this, 'Training', { storage, ...options });
    const assemble = new Assemble(this, 'Assemble', {
      storage,
      train: training.machine,
      batch: training.batch,
      ...options,
    });
    const { validateQueue } = ingest;
    const { tick } = new Tick(this, 'Tick', {
      storage,
      validateQueue,
      ingestQueues: ingest.queues,
      assemble: assemble.machine,
    });
    const serving = new Serving(this, 'Serving', { storage, ...options });
    new Watch(this, 'Watch', {
      deadLetters: {
        Undelivered: ingest.undelivered,
        Validate: ingest.validateQueue.deadLetters,
        CleanImage: clean.image.queue.deadLetters,
        CleanTable: clean.table.queue.deadLetters,
        CleanText: clean.text.queue.deadLetters,
        CleanAudio: clean.audio.queue.deadLetters,
        ...(training.queue ? { Training: training.queue.deadLetters } : {}),
      },
      functions: [
        ingest.validate,
        ...Object.values(clean).map(({ fn }) => fn),
        ...assemble.functions,
        tick,
        training.promote,
        serving.sample,
      ],
      machines: { Assemble: assemble.machine, Train: training.machine },
      ...options,
    });
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
      promoteFunctionName: training.promote.fn.functionName,
      sampleFunctionName: serving.sample.fn.functionName,
      sampleUrl: serving.url.url,
    };
    for (const [name, value] of Object.entries(outputs) as [keyof typeof OUTPUT, string | undefined][]) {
      if (value !== undefined) new CfnOutput(this, OUTPUT[name], { value });
    }
    for (const kind of KINDS) {
      const { output, batchOutput, deadLetterOutput } = cleanQueueNames(kind);
      const { queue, batches, deadLetters } = clean[kind].queue;
      new CfnOutput(this, output, { value: queue.queueUrl });
      if (batches) new CfnOutput(this, batchOutput, { value: batches.queueUrl });
      new CfnOutput(this, deadLetterOutput, { value: deadLetters.queueUrl });
    }
  }
}
