// Lets a caller upload the body of a request that is too large for a call.
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { LARGE_BODY_BYTES, TICKET_HEADER, TicketAnswer } from '#core/model/messages/large-messages.ts';
import { keys } from '#core/store/keys.ts';
import { accepted } from '../problem.ts';
import { jsonAnswer } from '../representation/answer.ts';
import { JSON_ONLY } from '../representation/media-types.ts';
import { readRequest } from '../request.ts';
import type { Operation } from './operation.ts';

const TICKET_BYTES = 16;

const TicketRequest = z.strictObject({
  bytes: z.int().min(1).max(LARGE_BODY_BYTES).describe('Bytes of the body; the upload must have exactly so many.'),
});

export const tickets: Operation = {
  name: 'tickets',
  method: 'POST',
  path: '/v1/datasets/{dataset}/tickets',
  summary: `Returns a link for a request whose body is larger than a call may have: PUT the body to \`url\`, then send the request without a body and with the header \`${TICKET_HEADER}\`.`,
  types: JSON_ONLY,
  request: TicketRequest,
  answer: TicketAnswer,
  async run({ dataset, body }, { links }) {
    const request = readRequest(TicketRequest, body);
    if (!request.ok) return request;
    const { bytes } = request.value;
    const ticket = randomBytes(TICKET_BYTES).toString('hex');
    const answer: TicketAnswer = { ticket, bytes, ...(await links.writing(keys.largeRequest(dataset, ticket), bytes)) };
    return accepted(jsonAnswer(answer));
  },
};
