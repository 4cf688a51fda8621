// Handles one HTTP request: finds its operation and runs it.
import { randomInt } from 'node:crypto';
import { type EndpointAnswer, EndpointEvent } from '#core/model/messages/endpoint-api.ts';
import type { Store } from '#core/store/store.ts';
import type { OpenDecoder } from './drawing/decoder.ts';
import type { OpenEncoder } from './drawing/encoder.ts';
import { cacheSpace } from './drawing/lru-cache.ts';
import { modelsIn } from './drawing/model-cache.ts';
import { kindsIn } from './kinds.ts';
import { openApiDocument } from './openapi.ts';
import type { Answer, Workplace } from './operations/operation.ts';
import { OPERATIONS } from './operations/operations.ts';
import { problemAnswer, refused } from './problem.ts';
import { negotiate } from './representation/media-types.ts';
import { routeOf } from './router.ts';

const SEEDS = 2 ** 32;
const CACHE_BYTES = 128 * 2 ** 20;

type Deps = {
  readonly data: Store;
  readonly openDecoder: OpenDecoder;
  readonly openEncoder: OpenEncoder;
  /** For the networks of tables. @default 1 */
  readonly threads?: number;
  /** Maximum bytes of opened models that are kept for later calls. @default 128 MiB */
  readonly cacheBytes?: number;
  /** Returns the seed for requests without one. */
  readonly drawSeed?: () => number;
};

/**
 * Handles function URL events (payload format 2.0). Throws CorruptObjectError if a stored model is damaged; every other
 * error is a problem response.
 */
export function sample({
  data,
  openDecoder,
  openEncoder,
  threads = 1,
  cacheBytes = CACHE_BYTES,
  drawSeed = () => randomInt(SEEDS),
}: Deps) {
  const space = cacheSpace(cacheBytes);
  const models = modelsIn(data, space);
  const kinds = kindsIn({ models, space, openDecoder, openEncoder, threads });
  const workplace: Workplace = { models, kinds, drawSeed, document: () => openApiDocument(OPERATIONS) };

  async function answer(given: unknown): Answer {
    const event = EndpointEvent.safeParse(given);
    if (!event.success)
      return refused('request.invalid', 'The event is not a function URL event (payload format 2.0).');
    const { requestContext, rawPath, headers, ...body } = event.data;
    const routed = routeOf(requestContext.http.method, rawPath);
    if (!routed.ok) return routed;
    const { operation, dataset, modelId } = routed.value;
    const accept = headerOf(headers, 'accept');
    if (!negotiate(accept, operation.types))
      return refused('accept.not-supported', `Supported media types: ${operation.types.join(', ')}.`);
    return operation.run({ dataset, modelId, accept, body }, workplace);
  }

  return async (event: unknown): Promise<EndpointAnswer> => {
    const result = await answer(event);
    return result.ok ? result.value : problemAnswer(result.refusal);
  };
}

/** Looks a header up by its name in any case: function URLs send lower case, direct callers may not. */
function headerOf(headers: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}
