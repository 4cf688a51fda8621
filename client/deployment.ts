// A deployed stack as the client sees it: two stores, two state machines, one endpoint, the queues.
import { cleanQueueNames, type Kind, OUTPUT } from '#core/base/names.ts';
import type { UnitMessage } from '#core/ingest/messages.ts';
import { type PromoteRequest, Promotion } from '#core/model/messages/promotion.ts';
import { s3Client, s3Store } from '#core/store/s3.ts';
import type { Store } from '#core/store/store.ts';
import { ClientFailure } from './failure.ts';
import { type Machine, openMachine } from './machine.ts';
import { type Account, openAccount } from './operation/account.ts';
import { openQueues, type Queues } from './operation/queues.ts';
import { openStack, type StackControl } from './operation/stack.ts';
import type { Target } from './target.ts';
import { type SourceBucket, sourceBucket } from './upload/bucket/source-bucket.ts';

/** Time limits for diagnostic requests, so that a service that does not answer does not block them. */
const TIME_LIMITS = { connectionTimeout: 5_000, requestTimeout: 15_000, throwOnRequestTimeout: true };

export type Deployment = {
  readonly drop: Store;
  readonly data: Store;
  /** A bucket outside the deployment. */
  source(bucket: string): SourceBucket;
  readonly assemble: Machine;
  readonly train: Machine;
  /** Draws more items than one call does. */
  readonly draw: Machine;
  /** Calls the endpoint's function with a function-URL event and returns its response. */
  invokeEndpoint(event: unknown): Promise<unknown>;
  /** Calls the one function that changes which model serves. */
  promote(request: PromoteRequest): Promise<Promotion>;
  /** Puts a unit on the queue of the function that cleans its kind. */
  sendUnit(kind: Kind, message: UnitMessage): Promise<void>;
  readonly queues: Queues;
  readonly stack: StackControl;
  readonly account: Account;
  /** Undefined if trainings run on AWS Batch. */
  readonly trainingQueueUrl: string | undefined;
};

/**
 * Opens a deployment. Each client of the SDK is loaded when it is first used. Throws ClientFailure if the stack is not deployed.
 */
export async function openDeployment(target: Target): Promise<Deployment> {
  const outputs = target.outputs ?? (await (await import('./outputs.ts')).readOutputs(target.stackName));
  const output = (name: string): string => {
    const value = outputs[name];
    if (value) return value;
    throw new ClientFailure(`The stack has no output ${name}.`, { next: 'Deploy it again with this release.' });
  };
  const client = s3Client();
  const machines = once(async () => new (await import('@aws-sdk/client-sfn')).SFNClient({ maxAttempts: 5 }));
  const queues = once(async () => {
    const { SQSClient } = await import('@aws-sdk/client-sqs');
    return new SQSClient({ maxAttempts: 5, useQueueUrlAsEndpoint: false });
  });
  return {
    drop: s3Store({ bucket: output(OUTPUT.dropBucket), client }),
    data: s3Store({ bucket: output(OUTPUT.dataBucket), client }),
    source: (bucket) => sourceBucket(bucket, client),
    assemble: openMachine(machines, output(OUTPUT.assembleMachineArn)),
    train: openMachine(machines, output(OUTPUT.trainMachineArn)),
    // Deployments of older releases have none.
    get draw() {
      return openMachine(machines, output(OUTPUT.drawMachineArn));
    },
    invokeEndpoint: (event) => invoke(output(OUTPUT.sampleFunctionName), 'The endpoint', event),
    async promote(request) {
      return Promotion.parse(await invoke(output(OUTPUT.promoteFunctionName), 'The promotion', request));
    },
    trainingQueueUrl: outputs[OUTPUT.trainingQueueUrl],
    async sendUnit(kind, message) {
      const { SendMessageCommand } = await import('@aws-sdk/client-sqs');
      const QueueUrl = output(cleanQueueNames(kind).output);
      await (await queues()).send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
    },
    queues: openQueues(queues, outputs),
    account: openAccount(outputs, {
      quotas: once(async () => {
        const { ServiceQuotasClient } = await import('@aws-sdk/client-service-quotas');
        return new ServiceQuotasClient({ maxAttempts: 2, requestHandler: TIME_LIMITS });
      }),
      images: once(async () => {
        const { ECRClient } = await import('@aws-sdk/client-ecr');
        return new ECRClient({ maxAttempts: 2, requestHandler: TIME_LIMITS });
      }),
      functions: once(async () => {
        const { LambdaClient } = await import('@aws-sdk/client-lambda');
        return new LambdaClient({ maxAttempts: 2, requestHandler: TIME_LIMITS });
      }),
    }),
    stack: openStack(target.stackName, {
      cloudFormation: once(async () => {
        const { CloudFormationClient } = await import('@aws-sdk/client-cloudformation');
        return new CloudFormationClient({ maxAttempts: 5 });
      }),
      s3: () => client,
    }),
  };
}

async function invoke(name: string, what: string, event: unknown): Promise<unknown> {
  const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const client = new LambdaClient({ maxAttempts: 3 });
  const reply = await client.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) }));
  const body = new TextDecoder().decode(reply.Payload);
  if (reply.FunctionError) throw new ClientFailure(`${what} failed: ${body.slice(0, 500)}`);
  return JSON.parse(body) as unknown;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
