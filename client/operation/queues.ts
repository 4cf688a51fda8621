// The queues of a deployment by the function that works on them, and the dead letters of each.
import type { SQSClient } from '@aws-sdk/client-sqs';
import { cleanQueueNames, KINDS, OUTPUT } from '#core/base/names.ts';

export type QueueName = 'undelivered' | 'validate' | `clean-${string}` | 'training';
export type QueueDepth = {
  readonly name: QueueName;
  /** Messages that wait for a call, those in calls, and those that failed too often. */
  readonly waiting: number;
  readonly inWork: number;
  readonly dead: number;
};
export type Queues = {
  depths(): Promise<QueueDepth[]>;
  /** Returns the bodies of the first few dead letters, which stay where they are. */
  deadLetters(name: QueueName): Promise<string[]>;
  /**
   * Moves every dead letter back to its queue and returns their number. An interrupted call loses none; some may be processed twice.
   */
  redrive(name: QueueName): Promise<number>;
};

/** `queue` undefined: the queue has no consumer and only collects. */
type Place = {
  readonly name: QueueName;
  readonly queues: readonly string[];
  readonly deadLetters: string;
  readonly backTo: string;
};

const MESSAGES_A_CALL = 10;
/** Number of empty receives after which the queue counts as empty; a single one may have asked the wrong servers. */
const EMPTY_RECEIVES = 3;
/** A dead letter that is being moved is hidden from others for so long. */
const HIDDEN_SECONDS = 60;

/** Finds the queues in the outputs of the stack; a queue that the stack lacks is left out. */
export function openQueues(client: () => Promise<SQSClient>, outputs: Readonly<Record<string, string>>): Queues {
  const places = placesIn(outputs);
  const placeOf = (name: QueueName): Place => {
    const place = places.find((one) => one.name === name);
    if (place) return place;
    throw new Error(`The stack has no queue ${name}.`);
  };
  return {
    depths: () => Promise.all(places.map((place) => depthOf(client, place))),
    async deadLetters(name) {
      return (await receive(client, placeOf(name).deadLetters, 0)).map(({ Body }) => Body ?? '');
    },
    async redrive(name) {
      const { deadLetters, backTo } = placeOf(name);
      const { DeleteMessageCommand, SendMessageCommand } = await import('@aws-sdk/client-sqs');
      const sqs = await client();
      let moved = 0;
      for (let empty = 0; empty < EMPTY_RECEIVES; ) {
        const messages = await receive(client, deadLetters, HIDDEN_SECONDS);
        empty = messages.length === 0 ? empty + 1 : 0;
        for (const { Body, ReceiptHandle } of messages) {
          await sqs.send(new SendMessageCommand({ QueueUrl: backTo, MessageBody: Body }));
          await sqs.send(new DeleteMessageCommand({ QueueUrl: deadLetters, ReceiptHandle }));
          moved++;
        }
      }
      return moved;
    },
  };
}

function placesIn(outputs: Readonly<Record<string, string>>): Place[] {
  const place = (name: QueueName, queues: readonly string[], deadLetters: string, backTo: string): Place[] => {
    const url = (output: string) => outputs[output] ?? '';
    const open = queues.map(url).filter(Boolean);
    return url(deadLetters) && url(backTo)
      ? [{ name, queues: open, deadLetters: url(deadLetters), backTo: url(backTo) }]
      : [];
  };
  return [
    ...place('undelivered', [], OUTPUT.undeliveredQueueUrl, OUTPUT.validateBatchQueueUrl),
    ...place(
      'validate',
      [OUTPUT.validateQueueUrl, OUTPUT.validateBatchQueueUrl],
      OUTPUT.validateDeadLetterQueueUrl,
      OUTPUT.validateQueueUrl,
    ),
    ...KINDS.flatMap((kind) => {
      const { output, batchOutput, deadLetterOutput } = cleanQueueNames(kind);
      return place(`clean-${kind}`, [output, batchOutput], deadLetterOutput, output);
    }),
    ...place('training', [OUTPUT.trainingQueueUrl], OUTPUT.trainingDeadLetterQueueUrl, OUTPUT.trainingQueueUrl),
  ];
}

async function depthOf(client: () => Promise<SQSClient>, { name, queues, deadLetters }: Place): Promise<QueueDepth> {
  const [dead, ...open] = await Promise.all([deadLetters, ...queues].map((url) => countsOf(client, url)));
  const sum = (of: 'waiting' | 'inWork') => open.reduce((total, counts) => total + counts[of], 0);
  return { name, waiting: sum('waiting'), inWork: sum('inWork'), dead: dead?.waiting ?? 0 };
}

async function countsOf(client: () => Promise<SQSClient>, QueueUrl: string) {
  const { GetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] });
  const { Attributes } = await (await client()).send(command);
  const [waiting = 0, inWork = 0] = AttributeNames.map((name) => Number(Attributes?.[name] ?? 0));
  return { waiting, inWork };
}

async function receive(client: () => Promise<SQSClient>, QueueUrl: string, VisibilityTimeout: number) {
  const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs');
  const MaxNumberOfMessages = MESSAGES_A_CALL;
  const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages, VisibilityTimeout });
  return (await (await client()).send(command)).Messages ?? [];
}
