// What is too large for a call of the endpoint: links to answers, tickets for bodies of requests.
import * as z from 'zod';

/** What one call makes at most, whether it is sent inline or by a link; n times the pixels of an image count before any is drawn. */
export const ANSWER_BYTES = 32 * 2 ** 20;
/** What the body of a request that was uploaded by a link weighs at most. */
export const LARGE_BODY_BYTES = 64 * 2 ** 20;
/** Names an uploaded body. */
export const TICKET = /^[0-9a-f]{32}$/;
/** The header of a request whose body was uploaded. */
export const TICKET_HEADER = 'x-goldpan-ticket';

/** An answer that is too large for a call: status 303 with this as `location`, and the headers of the answer. */
export const LinkAnswer = z.strictObject({
  url: z.string(),
  /** How long the link works. */
  seconds: z.int(),
  bytes: z.int(),
  contentType: z.string(),
});
export type LinkAnswer = z.infer<typeof LinkAnswer>;

/** POST .../tickets: a PUT to the link uploads the body of a request, whose header x-goldpan-ticket then names the ticket. */
export const TicketAnswer = z.strictObject({ ticket: z.string(), url: z.string(), seconds: z.int(), bytes: z.int() });
export type TicketAnswer = z.infer<typeof TicketAnswer>;
