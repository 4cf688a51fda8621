import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { queueHandler, sendAll } from '../../../functions/sqs.ts';

type Sent = { name: string; input: Record<string, unknown> };

function fakeSqs(answer: (sent: Sent) => unknown = () => ({ QueueUrl: 'https://queue' })) {
  const sent: Sent[] = [];
  const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
    sent.push({ name: command.constructor.name, input: command.input });
    return answer(sent.at(-1) as Sent);
  };
  return { sent, client: { send } as unknown as SQSClient };
}

const record = (messageId: string, body: string, receiveCount = 1): SQSRecord => ({
  messageId,
  body,
  receiptHandle: `receipt-${messageId}`,
  attributes: {
    ApproximateReceiveCount: String(receiveCount),
    SentTimestamp: '0',
    SenderId: 'sender',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:validate',
  awsRegion: 'us-east-1',
});

const context = { awsRequestId: 'request', functionName: 'validate' } as Context;

describe('a batch', () => {
  const printed: string[] = [];
  const spies: { mockRestore(): void }[] = [];
  beforeEach(() => {
    vi.stubEnv('GOLDPAN_RETRY_BASE_SECONDS', '5');
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'INFO');
    printed.length = 0;
    for (const stream of [process.stdout, process.stderr]) {
      const spy = vi.spyOn(stream, 'write').mockImplementation((text) => {
        printed.push(String(text));
        return true;
      });
      spies.push(spy);
    }
  });
  afterEach(() => {
    for (const spy of spies.splice(0)) spy.mockRestore();
  });

  const handle = (records: SQSRecord[], client: SQSClient, together = true) => {
    const run = async (body: unknown) => {
      if (body === undefined || (body as { fail?: boolean }).fail) throw new Error('this one cannot be done');
      return { state: 'done' };
    };
    const runAll = (bodies: readonly unknown[]) => Promise.allSettled(bodies.map(run));
    const handler = queueHandler({ stage: 'validate', sqs: client, ...(together ? { runAll } : { run }) });
    return handler({ Records: records } satisfies SQSEvent, context);
  };

  test('loses only the records that failed, whatever their bodies are', async () => {
    const { client } = fakeSqs();
    const bodies = ['{}', 'no json', '{"fail":true}', '{"__proto__":{}}', '""', ''];
    const result = await handle(
      bodies.map((body, i) => record(`m${i}`, body)),
      client,
    );
    expect(result).toEqual({ batchItemFailures: ['m1', 'm2', 'm5'].map((itemIdentifier) => ({ itemIdentifier })) });
  });

  test('of which all failed names each instead of failing whole', async () => {
    const { client } = fakeSqs();
    expect(await handle([record('m0', 'x')], client, false)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
  });

  test('brings a failed record back after longer and longer waits, and after the last receive at once', async () => {
    const { client, sent } = fakeSqs();
    await handle([record('m0', 'x', 3), record('m1', 'x', 4), record('m2', 'x', 5)], client, false);
    const changed = sent.filter(({ name }) => name === 'ChangeMessageVisibilityCommand').map(({ input }) => input);
    expect(changed).toMatchObject([
      { ReceiptHandle: 'receipt-m0', VisibilityTimeout: 125 },
      { ReceiptHandle: 'receipt-m1', VisibilityTimeout: 625 },
      { ReceiptHandle: 'receipt-m2', VisibilityTimeout: 0 },
    ]);
  });

  test('whose records cannot be brought back soon still fails them alone', async () => {
    const { client } = fakeSqs(() => {
      throw new Error('denied');
    });
    expect(await handle([record('m0', 'x'), record('m1', '{}')], client)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }],
    });
  });

  test('is logged by ids, never by what a body holds', async () => {
    const { client } = fakeSqs();
    await handle(
      [record('m0', '{"canary-name":"canary-value"}'), record('m1', '{"fail":true,"canary-cell":1}')],
      client,
    );
    expect(printed.join('')).toContain('m1');
    expect(printed.join('')).not.toContain('canary');
  });
});

test('a message that asks for a call of its own comes back at once, without an error', async () => {
  const { client, sent } = fakeSqs();
  const printed: string[] = [];
  const quiet = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => printed.push(String(text)) > 0),
  );
  const runAll = async (bodies: readonly unknown[]) =>
    Promise.allSettled(bodies.map(async (body) => ({ state: (body as { heavy?: true }).heavy ? 'deferred' : 'done' })));
  const handler = queueHandler({ stage: 'validate', sqs: client, runAll });
  const result = await handler({ Records: [record('m0', '{}'), record('m1', '{"heavy":true}')] }, context);
  for (const spy of quiet) spy.mockRestore();
  expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  const hidden = sent.filter(({ name }) => name === 'ChangeMessageVisibilityCommand').map(({ input }) => input);
  expect(hidden).toMatchObject([{ ReceiptHandle: 'receipt-m1', VisibilityTimeout: 0 }]);
  expect(sent.some(({ name }) => name === 'SendMessageBatchCommand')).toBe(false);
  expect(printed.join('')).not.toMatch(/"level":"ERROR"|validateFailed/);
});

describe('sending', () => {
  const messages = Array.from({ length: 23 }, (_, i) => ({ i }));

  test('takes ten messages a call', async () => {
    const { client, sent } = fakeSqs(() => ({}));
    await sendAll(client, 'https://queue', messages);
    expect(sent.map(({ input }) => (input.Entries as unknown[]).length)).toEqual([10, 10, 3]);
  });

  test('puts no more into a call than the queue takes: ten messages of 180 KiB go one by one', async () => {
    const most = 256 * 1024;
    const { client, sent } = fakeSqs(({ input }) => {
      const bytes = (input.Entries as { MessageBody: string }[]).reduce((sum, one) => sum + one.MessageBody.length, 0);
      if (bytes > most) throw new Error('BatchRequestTooLong');
      return {};
    });
    await sendAll(client, 'https://queue', Array(10).fill('x'.repeat(180 * 1024)));
    expect(sent).toHaveLength(10);
  });

  test('sends again what the queue did not take', async () => {
    let calls = 0;
    const { client, sent } = fakeSqs(() => (++calls === 1 ? { Failed: [{ Id: '4' }] } : {}));
    await sendAll(client, 'https://queue', messages.slice(0, 10));
    expect(sent.map(({ input }) => (input.Entries as { Id: string }[]).map(({ Id }) => Id))).toEqual([
      [...Array(10).keys()].map(String),
      ['4'],
    ]);
  });

  test('fails when the queue never takes them', async () => {
    const { client } = fakeSqs(() => ({ Failed: [{ Id: '0', Code: 'Throttled' }] }));
    await expect(sendAll(client, 'https://queue', messages)).rejects.toThrow('1 of 23 messages');
  });
});
