// Runs one HTTP request: finds its operation and lets it answer.
import { EndpointEvent } from '#core/model/messages/endpoint-api.ts';
import { TICKET_HEADER } from '#core/model/messages/large-messages.ts';
import type { Links } from '#core/store/links.ts';
import type { Store } from '#core/store/store.ts';
import type { OpenDecoder } from './drawing/decoder.ts';
import type { OpenEncoder } from './drawing/encoder.ts';
import { cacheSpace } from './drawing/lru-cache.ts';
import { type Models, modelsIn } from './drawing/model-cache.ts';
import { kindsIn } from './kinds.ts';
import { uploadedBody } from './large/large.ts';
import { openApiDocument } from './openapi.ts';
import type { Workplace } from './operations/operation.ts';
import { OPERATIONS } from './operations/operations.ts';
import type { Answered } from './outputs/outputs.ts';
import { accepted, type Result, refused } from './problem.ts';
import { negotiate } from './representation/media-types.ts';
import { routeOf } from './router.ts';

export type RequestDeps = {
  readonly data: Store;
  readonly links: Links;
  readonly openDecoder: OpenDecoder;
  readonly openEncoder: OpenEncoder;
  /** For the networks of tables and texts. */
  readonly threads: number;
  /** Maximum bytes of the model files that are kept open for later calls. */
  readonly cacheBytes: number;
  /** Returns the seed for requests without one. */
  readonly drawSeed: () => number;
};

type Ran = { readonly dataset: string; readonly answered: Answered };
export type Requests = { readonly models: Models; run(event: unknown): Promise<Result<Ran>> };

/** Events are those of function URLs (payload format 2.0). Throws CorruptObjectError if a stored model is damaged, and DeadlinePassed. */
export function requestsIn({
  data,
  links,
  openDecoder,
  openEncoder,
  threads,
  cacheBytes,
  drawSeed,
}: RequestDeps): Requests {
  const space = cacheSpace(cacheBytes);
  const models = modelsIn(data, space);
  const kinds = kindsIn({ models, space, openDecoder, openEncoder, threads });
  const operationsOf = (kind: string) =>
    OPERATIONS.filter((operation) => operation.kinds?.includes(kind)).map(({ name }) => name);
  const document = () => openApiDocument(OPERATIONS);
  const workplace: Workplace = { models, kinds, drawSeed, links, operationsOf, document };
  return {
    models,
    async run(given) {
      const event = EndpointEvent.safeParse(given);
      if (!event.success)
        return refused('request.invalid', 'The event is not a function URL event (payload format 2.0).');
      const { requestContext, rawPath, headers, ...inline } = event.data;
      const routed = routeOf(requestContext.http.method, rawPath);
      if (!routed.ok) return routed;
      const { operation, dataset, modelId } = routed.value;
      const accept = headerOf(headers, 'accept');
      if (!negotiate(accept, operation.types))
        return refused('accept.not-supported', `Supported media types: ${operation.types.join(', ')}.`);
      const ticket = headerOf(headers, TICKET_HEADER);
      const body = ticket === undefined ? accepted(inline) : await uploadedBody(data, dataset, ticket);
      if (!body.ok) return body;
      const answered = await operation.run({ dataset, modelId, accept, body: body.value }, workplace);
      return answered.ok ? accepted({ dataset, answered: answered.value }) : answered;
    },
  };
}

/** Looks a header up by its name in any case: function URLs send lower case, direct callers may not. */
function headerOf(headers: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}
