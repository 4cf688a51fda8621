// Messages for what is too large for a call of the endpoint: links to responses, and tickets for request bodies.
import * as z from 'zod';

/** Maximum bytes of a response, inline or by a link; n times the pixels of an image count before any is drawn. */
export const ANSWER_BYTES = 32 * 2 ** 20;
/** Maximum bytes of a request body that was uploaded by a link. */
export const LARGE_BODY_BYTES = 64 * 2 ** 20;
/** Length of base64: enough for a colour image of 256 x 256 pixels. */
export const GIVEN_CHARACTERS = 2 ** 19;
/** Base64 characters of one given file: 18 MiB. What is larger than a call comes with a ticket. */
export const FILE_CHARACTERS = 24 * 2 ** 20;
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

/** GET .../models/{id}/links */
export const ModelLinks = z.strictObject({
  modelId: z.string(),
  /** How long the links work. */
  seconds: z.int(),
  /** The card and every file of the model by its name. */
  files: z.record(z.string(), z.string()),
});
export type ModelLinks = z.infer<typeof ModelLinks>;
