// The training queue and the callbacks of the state machine, as a worker needs them.
import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { ClientFailure } from '../../failure.ts';

const WAIT_SECONDS = 10;
/** The execution no longer waits for this callback. */
const GONE = /TaskTimedOut|TaskDoesNotExist|InvalidToken/;
const CAUSE_CHARACTERS = 2_000;

export type QueuedJob = { readonly body: string; readonly receipt: string };
export type JobQueue = {
  /** Returns undefined when no job came within some seconds, or `signal` was aborted. */
  receive(hiddenSeconds: number, signal: AbortSignal): Promise<QueuedJob | undefined>;
  /** Hides the message from other workers for this long from now; 0 shows it at once. */
  hide(receipt: string, seconds: number): Promise<void>;
  delete(receipt: string): Promise<void>;
  /** Adds a message that workers get after so many seconds, at most 900. */
  send(body: string, delaySeconds: number): Promise<void>;
};
/** `gone`: the execution no longer waits. */
export type TaskCallbacks = {
  beat(taskToken: string): Promise<'waiting' | 'gone'>;
  succeed(taskToken: string, output: unknown): Promise<'taken' | 'gone'>;
  fail(taskToken: string, error: string, cause: string): Promise<'taken' | 'gone'>;
};

export function sqsJobQueue(queueUrl: string | undefined): JobQueue {
  if (!queueUrl) {
    throw new ClientFailure('This stack trains on AWS Batch and has no queue for workers.', {
      next: 'Deploy with -c compute=worker to train on machines of your own.',
    });
  }
  // An emulator writes a host of its own into the URL; requests go to the configured endpoint.
  const client = new SQSClient({ maxAttempts: 5, useQueueUrlAsEndpoint: false });
  return {
    async receive(hiddenSeconds, signal) {
      try {
        const command = new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 1,
          WaitTimeSeconds: WAIT_SECONDS,
          VisibilityTimeout: hiddenSeconds,
        });
        const answer = await client.send(command, { abortSignal: signal });
        const message = answer.Messages?.[0];
        return message && { body: message.Body ?? '', receipt: message.ReceiptHandle ?? '' };
      } catch (error) {
        if (signal.aborted) return undefined;
        throw error;
      }
    },
    async hide(receipt, seconds) {
      await client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt, VisibilityTimeout: seconds }),
      );
    },
    async delete(receipt) {
      await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));
    },
    async send(body, delaySeconds) {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, DelaySeconds: delaySeconds }));
    },
  };
}

export function stepFunctionCallbacks(): TaskCallbacks {
  const client = new SFNClient({ maxAttempts: 5 });
  const unlessGone = async <T>(send: () => Promise<unknown>, taken: T): Promise<T | 'gone'> => {
    try {
      await send();
      return taken;
    } catch (error) {
      if (error instanceof Error && GONE.test(error.name)) return 'gone';
      throw error;
    }
  };
  return {
    async beat(taskToken) {
      try {
        await client.send(new SendTaskHeartbeatCommand({ taskToken }));
        return 'waiting';
      } catch (error) {
        // For a task without a heartbeat some services report every token as invalid, so this does not prove that the execution has ended.
        if (error instanceof Error && error.name === 'InvalidToken') return 'waiting';
        if (error instanceof Error && GONE.test(error.name)) return 'gone';
        throw error;
      }
    },
    succeed: (taskToken, output) =>
      unlessGone(() => client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) })), 'taken'),
    fail: (taskToken, error, cause) =>
      unlessGone(
        () => client.send(new SendTaskFailureCommand({ taskToken, error, cause: cause.slice(0, CAUSE_CHARACTERS) })),
        'taken',
      ),
  };
}
