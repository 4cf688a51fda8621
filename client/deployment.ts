// The deployed stack as the verbs see it: two stores, two state machines, one endpoint, the queues.
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { cleanQueueNames, KINDS, type Kind, OUTPUT } from '#core/base/names.ts';
import type { UnitMessage } from '#core/ingest/messages.ts';
import { type PromoteRequest, Promotion } from '#core/model/messages/promotion.ts';
import { s3Client, s3Store } from '#core/store/s3.ts';
import type { Store } from '#core/store/store.ts';
import { CommandFailure } from './failure.ts';
import type { Target } from './target.ts';

export type Outputs = Readonly<Record<string, string>>;
export type OutputName = (typeof OUTPUT)[keyof typeof OUTPUT];
export type Execution = {
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';
  readonly output: unknown;
  /** Why it did not succeed. */
  readonly cause: string | undefined;
};
export type Machine = {
  /** `exists`: an execution of that name was started before. */
  start(name: string, input: unknown): Promise<'started' | 'exists'>;
  /** Undefined when there is no such execution. */
  describe(name: string): Promise<Execution | undefined>;
};
export type Cloud = {
  readonly drop: Store;
  readonly data: Store;
  readonly assemble: Machine;
  readonly train: Machine;
  /** Calls the endpoint's function with a function-URL event and gives its answer. */
  invokeEndpoint(event: unknown): Promise<unknown>;
  /** Asks the function that alone moves the pointer. */
  promote(request: PromoteRequest): Promise<Promotion>;
  /** Puts a unit on the queue of the function that cleans its kind. */
  sendUnit(kind: Kind, message: UnitMessage): Promise<void>;
  /** Messages in the dead-letter queues of the way in. */
  deadLetters(): Promise<number>;
  /** Undefined where AWS Batch trains. */
  readonly trainingQueueUrl: string | undefined;
};

const DEAD_LETTER_QUEUES: readonly string[] = [
  OUTPUT.validateDeadLetterQueueUrl,
  ...KINDS.map((kind) => cleanQueueNames(kind).deadLetterOutput),
];

/** Throws CommandFailure when the stack is not deployed. */
export async function readOutputs(stackName: string): Promise<Outputs> {
  const client = new CloudFormationClient({ maxAttempts: 3 });
  try {
    const answer = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const outputs = answer.Stacks?.[0]?.Outputs ?? [];
    return Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']));
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) {
      throw new CommandFailure(`There is no stack named ${stackName} here.`, {
        next: 'On this machine: `goldpan local up`. In an AWS account: `npx cdk deploy`.',
      });
    }
    throw error;
  } finally {
    client.destroy();
  }
}

export async function openCloud(target: Target): Promise<Cloud> {
  const outputs = target.outputs ?? (await readOutputs(target.stackName));
  const output = (name: string): string => {
    const value = outputs[name];
    if (value) return value;
    throw new CommandFailure(`The stack has no output ${name}.`, { next: 'Deploy it again with this release.' });
  };
  const client = s3Client();
  const machines = new SFNClient({ maxAttempts: 5 });
  const functions = new LambdaClient({ maxAttempts: 3 });
  const queues = new SQSClient({ maxAttempts: 5, useQueueUrlAsEndpoint: false });
  return {
    drop: s3Store({ bucket: output(OUTPUT.dropBucket), client }),
    data: s3Store({ bucket: output(OUTPUT.dataBucket), client }),
    assemble: openMachine(machines, output(OUTPUT.assembleMachineArn)),
    train: openMachine(machines, output(OUTPUT.trainMachineArn)),
    invokeEndpoint: (event) => invoke(functions, output(OUTPUT.sampleFunctionName), 'The endpoint', event),
    async promote(request) {
      const name = output(OUTPUT.promoteFunctionName);
      return Promotion.parse(await invoke(functions, name, 'The promotion', request));
    },
    trainingQueueUrl: outputs[OUTPUT.trainingQueueUrl],
    async sendUnit(kind, message) {
      const QueueUrl = output(cleanQueueNames(kind).output);
      await queues.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) }));
    },
    async deadLetters() {
      const counts = DEAD_LETTER_QUEUES.map(output).map(async (QueueUrl) => {
        const names = ['ApproximateNumberOfMessages' as const];
        const answer = await queues.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: names }));
        return Number(answer.Attributes?.ApproximateNumberOfMessages ?? 0);
      });
      return (await Promise.all(counts)).reduce((sum, messages) => sum + messages, 0);
    },
  };
}

async function invoke(client: LambdaClient, name: string, what: string, event: unknown): Promise<unknown> {
  const answer = await client.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) }));
  const body = new TextDecoder().decode(answer.Payload);
  if (answer.FunctionError) throw new CommandFailure(`${what} failed: ${body.slice(0, 500)}`);
  return JSON.parse(body) as unknown;
}

function openMachine(client: SFNClient, stateMachineArn: string): Machine {
  return {
    async start(name, input) {
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
        return 'started';
      } catch (error) {
        if (error instanceof Error && error.name === 'ExecutionAlreadyExists') return 'exists';
        throw error;
      }
    },
    async describe(name) {
      const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      try {
        const { status, output, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
        return {
          status: status ?? 'RUNNING',
          output: output === undefined ? undefined : (JSON.parse(output) as unknown),
          cause: [error, cause].filter(Boolean).join(': ') || undefined,
        };
      } catch (error) {
        if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return undefined;
        throw error;
      }
    },
  };
}
