// Requests and answers that are too large for a call, and work that is stopped before the call ends.
import { expect, test, vi } from 'vitest';
import { decodeNpy } from '#core/base/npy.ts';
import { ANSWER_BYTES, LinkAnswer, TicketAnswer } from '#core/model/messages/large-messages.ts';
import { keys } from '#core/store/keys.ts';
import { memoryStore } from '#core/store/memory.ts';
import { checkDeadline, DeadlinePassed, withinDeadline } from '#stages/sample/large/deadline.ts';
import { linearDecoder, linearEncoder } from '../../../fixtures/decoders.ts';
import { SHAPE, storeModel } from '../../../fixtures/stored-model.ts';
import { bytesOf, eventOf, openEndpoint, problemOf } from './calls.ts';

const LARGE = { latentDim: 4, width: 128, height: 128, channels: 3 } as const;
const TICKETS = '/v1/datasets/digits/tickets';

test('an answer that is too large for a call is stored and sent as a link; the same answer lies under the same key', async () => {
  const data = memoryStore();
  await storeModel(data, { shape: LARGE, decoder: linearDecoder(LARGE) });
  const { call } = openEndpoint({ data });
  const ask = { accept: 'application/x-npy', body: { n: 90, seed: 1, copies: 'keep' } };
  const answer = await call(ask);
  expect(answer).toMatchObject({
    statusCode: 303,
    headers: { 'x-goldpan-seed': '1', 'content-type': 'application/json' },
  });
  const { url, bytes, contentType } = LinkAnswer.parse(JSON.parse(answer.body));
  expect(answer.headers.location).toBe(url);
  expect(contentType).toBe('application/x-npy');
  const stored = await data.get(url.replace('memory:get/', ''));
  expect(stored?.body.length).toBe(bytes);
  expect(decodeNpy(stored?.body as Uint8Array).shape).toEqual([90, 128, 128, 3]);
  expect((await call(ask)).headers.location).toBe(url);
  expect((await call({ ...ask, body: { n: 1, seed: 1 } })).statusCode).toBe(200);
});

test('more pixels than one call makes are refused before anything is decoded', async () => {
  const data = memoryStore();
  await storeModel(data, { shape: LARGE, decoder: new Uint8Array([1]) });
  const { call, count } = openEndpoint({ data });
  const most = Math.floor(ANSWER_BYTES / (LARGE.width * LARGE.height * LARGE.channels));
  for (const accept of ['image/png', 'application/zip', 'application/json']) {
    const refused = await call({ accept, body: { n: most + 1 } });
    expect(problemOf(refused), accept).toMatchObject({ status: 413, code: 'request.too-large' });
  }
  expect(count.opened).toBe(0);
});

test('a body that was uploaded for a ticket is read in place of an inline one', async () => {
  const data = memoryStore();
  await storeModel(data, { encoder: linearEncoder(SHAPE) });
  const { call } = openEndpoint({ data });
  const body = JSON.stringify({ n: 2, seed: 9, filler: undefined });
  const { ticket, url, bytes } = TicketAnswer.parse(
    JSON.parse((await call({ path: TICKETS, body: { bytes: body.length } })).body),
  );
  expect(url).toBe(`memory:put/${keys.largeRequest('digits', ticket)}`);
  expect(bytes).toBe(body.length);
  expect(problemOf(await call({ ticket }))).toMatchObject({ status: 404, code: 'ticket.unknown' });
  await data.put(keys.largeRequest('digits', ticket), body);
  const accept = 'application/x-npy';
  expect(bytesOf(await call({ ticket, accept }))).toEqual(bytesOf(await call({ accept, body: { n: 2, seed: 9 } })));
  for (const other of ['', '../x', 'A'.repeat(32)])
    expect(problemOf(await call({ ticket: other })).code).toBe('ticket.unknown');
  expect(problemOf(await call({ path: '/v1/datasets/other/sample', ticket })).code).toBe('ticket.unknown');
});

test('a body above the limit of a call is refused inline and taken with a ticket', async () => {
  const data = memoryStore();
  await storeModel(data, { encoder: linearEncoder(SHAPE) });
  const { call } = openEndpoint({ data });
  // White space counts as well.
  const text = `${JSON.stringify({ n: 1, seed: 1 })}${' '.repeat(300_000)}`;
  expect(problemOf(await call({ text }))).toMatchObject({ status: 413, code: 'request.body-too-large' });
  const ticket = 'a'.repeat(32);
  await data.put(keys.largeRequest('digits', ticket), text);
  expect((await call({ ticket })).statusCode).toBe(200);
  expect(problemOf(await call({ path: TICKETS, body: { bytes: 2 ** 30 } })).code).toBe('request.invalid');
});

test('work stops at the deadline, with a problem that says what to do', async () => {
  const data = memoryStore();
  await storeModel(data, {});
  const { stage } = openEndpoint({ data });
  const answer = await stage(eventOf({ body: { n: 16, seed: 1 } }), 0);
  expect(problemOf(answer)).toMatchObject({ status: 413, code: 'request.too-long' });
  expect((await stage(eventOf({ body: { n: 16, seed: 1 } }), 30_000)).statusCode).toBe(200);
});

test('the deadline is that of its own call', async () => {
  const now = vi.fn().mockReturnValue(0);
  await withinDeadline(
    15_000,
    async () => {
      checkDeadline();
      now.mockReturnValue(9_001);
      expect(checkDeadline).toThrow(DeadlinePassed);
    },
    now,
  );
  expect(checkDeadline).not.toThrow();
});
