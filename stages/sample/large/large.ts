// Handles what is too large for a call: request bodies that were uploaded, and responses that are sent as a link.
import { sha256 } from '#core/base/hash.ts';
import { type EndpointAnswer, INLINE_BYTES } from '#core/model/messages/endpoint-api.ts';
import { LARGE_BODY_BYTES, type LinkAnswer, TICKET } from '#core/model/messages/large-messages.ts';
import { keys } from '#core/store/keys.ts';
import type { Links } from '#core/store/links.ts';
import type { Store } from '#core/store/store.ts';
import { accepted, type Result, refused } from '../problem.ts';
import type { Body } from '../request.ts';

/** The body that was uploaded for a ticket. */
export async function uploadedBody(data: Store, dataset: string, ticket: string): Promise<Result<Body>> {
  const key = keys.largeRequest(dataset, ticket);
  const size = TICKET.test(ticket) ? (await data.head(key))?.size : undefined;
  if (size === undefined)
    return refused(
      'ticket.unknown',
      'POST .../tickets returns a ticket and a link; PUT the body to the link first, within its time and to the same dataset.',
    );
  if (size > LARGE_BODY_BYTES)
    return refused('request.body-too-large', `The body has ${size} bytes; the limit is ${LARGE_BODY_BYTES}.`);
  const bytes = (await data.get(key))?.body ?? new Uint8Array();
  return accepted({ body: new TextDecoder().decode(bytes), isBase64Encoded: false, isUploaded: true });
}

/** Returns the answer as it is, or stores it and returns a link to it. The same answer lies under the same key. */
export async function inlineOrLink(
  data: Store,
  links: Links,
  dataset: string,
  answer: EndpointAnswer,
): Promise<EndpointAnswer> {
  const { body, isBase64Encoded, headers } = answer;
  if (body.length <= INLINE_BYTES) return answer;
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length <= INLINE_BYTES) return answer;
  const contentType = headers['content-type'] ?? 'application/octet-stream';
  const key = keys.largeAnswer(dataset, sha256(bytes));
  await data.put(key, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), { contentType });
  const { url, seconds } = await links.reading(key, contentType);
  const link: LinkAnswer = { url, seconds, bytes: bytes.length, contentType };
  return {
    statusCode: 303,
    headers: { ...headers, 'content-type': 'application/json', location: url },
    body: JSON.stringify(link),
    isBase64Encoded: false,
  };
}
