// How the tests of the endpoint call it: over a store in memory, with a real decoder in the real runtime.
import type { EndpointAnswer, Problem } from '#core/model/messages/endpoint-api.ts';
import { memoryStore } from '#core/store/memory.ts';
import type { Store } from '#core/store/store.ts';
import { openDecoderWith } from '#stages/sample/drawing/decoder.ts';
import { openEncoderWith } from '#stages/sample/drawing/encoder.ts';
import { sample } from '#stages/sample/stage.ts';
import { memoryLinks } from '../../../fixtures/memory-links.ts';

export type Call = {
  method?: string;
  path?: string;
  accept?: string;
  body?: unknown;
  /** Sent as it is, in place of `body` as JSON. */
  text?: string;
  ticket?: string;
};

/** `opened` counts the decoders that were loaded. */
export function openEndpoint({
  data = memoryStore(),
  seed = 7,
  cacheBytes,
}: {
  data?: Store;
  seed?: number;
  cacheBytes?: number;
} = {}) {
  const count = { opened: 0 };
  const open = openDecoderWith(1);
  const stage = sample({
    data,
    links: memoryLinks,
    openDecoder: (bytes, card) => {
      count.opened++;
      return open(bytes, card);
    },
    openEncoder: openEncoderWith(1),
    drawSeed: () => seed,
    ...(cacheBytes !== undefined && { cacheBytes }),
  });
  return { data, count, stage, call: (call: Call = {}) => stage(eventOf(call)) };
}

export function eventOf({ method = 'POST', path = '/v1/datasets/digits/sample', accept, body, text, ticket }: Call) {
  return {
    version: '2.0',
    rawPath: path,
    requestContext: { http: { method } },
    headers: { ...(accept !== undefined && { accept }), ...(ticket !== undefined && { 'x-goldpan-ticket': ticket }) },
    body: text ?? (body === undefined ? undefined : JSON.stringify(body)),
    isBase64Encoded: false,
  };
}

export function bytesOf(answer: EndpointAnswer): Uint8Array {
  return new Uint8Array(Buffer.from(answer.body, answer.isBase64Encoded ? 'base64' : 'utf8'));
}

export function problemOf(answer: EndpointAnswer): Problem {
  return JSON.parse(answer.body) as Problem;
}
