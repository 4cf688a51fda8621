import type { SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { openQueues } from '#client/operation/queues.ts';

type Input = { readonly QueueUrl: string; readonly MessageBody?: string; readonly ReceiptHandle?: string };

const OUTPUTS = {
  UndeliveredQueueUrl: 'undelivered',
  ValidateQueueUrl: 'validate',
  ValidateBatchQueueUrl: 'validate-batch',
  ValidateDeadLetterQueueUrl: 'validate-dead',
  CleanImageQueueUrl: 'image',
  CleanImageBatchQueueUrl: 'image-batch',
  CleanImageDeadLetterQueueUrl: 'image-dead',
};

/** Queues of bodies. The first receive of each queue finds nothing, as a receive may that asked the wrong servers. */
function fakeSqs(bodies: Record<string, string[]>) {
  const asked = new Set<string>();
  const send = async ({ constructor: { name }, input }: { constructor: { name: string }; input: Input }) => {
    const queue = bodies[input.QueueUrl] ?? [];
    bodies[input.QueueUrl] = queue;
    switch (name) {
      case 'GetQueueAttributesCommand':
        return { Attributes: { ApproximateNumberOfMessages: String(queue.length) } };
      case 'SendMessageCommand':
        return void queue.push(input.MessageBody ?? '');
      case 'DeleteMessageCommand':
        return void queue.splice(queue.indexOf(input.ReceiptHandle ?? ''), 1);
      default:
        if (!asked.has(input.QueueUrl)) {
          asked.add(input.QueueUrl);
          return {};
        }
        return { Messages: queue.slice(0, 10).map((Body) => ({ Body, ReceiptHandle: Body })) };
    }
  };
  return openQueues(async () => ({ send }) as unknown as SQSClient, OUTPUTS);
}

test('a queue is what waits in both of its parts, and a stack without a training queue has none', async () => {
  const queues = fakeSqs({ validate: ['a'], 'validate-batch': ['b', 'c'], 'image-dead': ['d'] });
  expect(await queues.depths()).toEqual([
    { name: 'undelivered', waiting: 0, inWork: 0, dead: 0 },
    { name: 'validate', waiting: 3, inWork: 0, dead: 0 },
    { name: 'clean-image', waiting: 0, inWork: 0, dead: 1 },
  ]);
  await expect(queues.redrive('training')).rejects.toThrow('The stack has no queue training.');
});

test('every dead letter goes back to the queue of single messages, what was not delivered to the batch queue', async () => {
  const letters = Array.from({ length: 23 }, (_, i) => `letter ${i}`);
  const bodies: Record<string, string[]> = { 'validate-dead': [...letters], undelivered: ['event'] };
  const queues = fakeSqs(bodies);
  expect(await queues.redrive('validate')).toBe(23);
  expect(bodies).toMatchObject({ validate: letters, 'validate-dead': [] });
  expect(await queues.redrive('undelivered')).toBe(1);
  expect(bodies).toMatchObject({ 'validate-batch': ['event'], undelivered: [] });
});
