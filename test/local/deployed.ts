// The deployed stack as the tests reach it: the command line's own deployment, and the queues behind it.
import { randomUUID } from 'node:crypto';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { inject } from 'vitest';
import { type Context, wallClock } from '#client/context.ts';
import type { StatusOutput } from '#client/datasets/output.ts';
import { readConfig, readStatus } from '#client/datasets/read-status.ts';
import { openDeployment } from '#client/deployment.ts';
import { setEnvironment } from '#client/target.ts';
import { cleanQueueNames, KINDS, OUTPUT, STACK_NAME } from '#core/base/names.ts';
import { takeInventory } from '#core/ingest/inventory.ts';
import { testTarget } from './target.ts';

export const target = testTarget();
export const STACK = `${STACK_NAME}-${target.stage}`;
/** Some emulators hand a function one message a second, and a busy machine takes its time: the timeout only ends what hangs. */
export const POLL = { timeout: 600_000, interval: 250 };

export const outputs = inject('outputs');
setEnvironment(target.environment, process.env);

export const deployment = await openDeployment({
  endpoint: target.endpoint,
  region: target.environment.AWS_REGION,
  stackName: STACK,
  source: 'environment',
  outputs,
});
export const context: Context = {
  deployment,
  notify: () => undefined,
  clock: wallClock,
  person: 'tests',
};

const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
const queueUrl = (name: string) => outputs[name] ?? '';
const QUEUES = [
  OUTPUT.validateBatchQueueUrl,
  OUTPUT.validateQueueUrl,
  ...KINDS.flatMap((kind) => [cleanQueueNames(kind).batchOutput, cleanQueueNames(kind).output]),
].filter((name) => outputs[name] !== undefined);
const DEAD_LETTER_QUEUES = [
  OUTPUT.validateDeadLetterQueueUrl,
  ...KINDS.map((kind) => cleanQueueNames(kind).deadLetterOutput),
];

const ownDatasets: string[] = [];

/** Tests share one stack, so each has a dataset of its own. */
export function uniqueDataset(name: string): string {
  const dataset = `${name}-${randomUUID().slice(0, 8)}`;
  ownDatasets.push(dataset);
  return dataset;
}

/** As `expect.poll`, but usable in hooks, too: looks until it holds. Throws with the last look when it does not in time. */
export async function eventually<T>(
  look: () => Promise<T>,
  holds: (seen: T) => boolean,
  intervalMs = POLL.interval,
): Promise<T> {
  const deadline = Date.now() + POLL.timeout;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`it did not come to hold; the last look: ${JSON.stringify(seen)}`);
    await wallClock.sleep(intervalMs);
  }
}

/** Waits until `uploads` of the dataset count and none is pending. Looks at listings only: the emulator has other work. */
export async function settled(dataset: string, uploads: number): Promise<StatusOutput> {
  await eventually(
    async () => {
      const config = await readConfig(deployment.data, dataset);
      const inventory = await takeInventory(deployment.drop, deployment.data, dataset, config?.configId);
      return inventory.uploads.map(({ state }) => state);
    },
    (states) => states.length === uploads && !states.includes('pending'),
  );
  const status = await readStatus(deployment, dataset, 1_000);
  if (!status) throw new Error(`${dataset} is gone`);
  return status;
}

export async function sendToValidate(body: unknown): Promise<void> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(OUTPUT.validateBatchQueueUrl), MessageBody: text }));
}

/** Waits until the queues of the way in hold no message, waiting or in somebody's hands. */
export async function untilQueuesAreEmpty(): Promise<void> {
  const urls = QUEUES.map(queueUrl);
  const look = async () => (await Promise.all(urls.map(messagesIn))).reduce((sum, messages) => sum + messages, 0);
  await eventually(look, (messages) => messages === 0);
}

/** The dead letters that name a dataset of this file: files run beside each other, and one of them sends a poison. */
export async function ownDeadLetters(): Promise<string[]> {
  return (await deadLetters()).filter((body) => ownDatasets.some((dataset) => body.includes(dataset)));
}

/** The bodies of all messages in the dead-letter queues of the way in; they stay there. */
async function deadLetters(): Promise<string[]> {
  const found = await Promise.all(DEAD_LETTER_QUEUES.map((name) => received(queueUrl(name))));
  return found.flat().map(({ Body }) => Body ?? '');
}

/** So that the next run of these tests finds the queue as this one did. */
export async function removeDeadLetter(body: string): Promise<void> {
  const url = queueUrl(OUTPUT.validateDeadLetterQueueUrl);
  for (const { Body, ReceiptHandle } of await received(url)) {
    if (Body === body) await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
  }
}

async function received(url: string): Promise<Message[]> {
  const found = new Map<string, Message>();
  for (let empty = 0; empty < 2; ) {
    const command = new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, VisibilityTimeout: 1 });
    const { Messages = [] } = await sqs.send(command);
    const before = found.size;
    for (const message of Messages) found.set(message.MessageId ?? '', message);
    empty = found.size === before ? empty + 1 : 0;
  }
  return [...found.values()];
}

async function messagesIn(url: string): Promise<number> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...names] }),
  );
  return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}
