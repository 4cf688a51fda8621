// Handles one HTTP request: draws samples from a stored model, or describes the models of a dataset.
import { randomInt } from 'node:crypto';
import type { CardOf, ModelCard, ModelInput } from '#core/model/messages/card.ts';
import {
  type EndpointAnswer,
  EndpointEvent,
  ImputeRequest,
  InterpolateRequest,
  MixRequest,
  SAMPLE_LIMIT,
  SampleRequest,
} from '#core/model/messages/endpoint-api.ts';
import type { Store } from '#core/store/store.ts';
import type { OpenDecoder } from './drawing/decoder.ts';
import type { OpenEncoder } from './drawing/encoder.ts';
import { type GivenPlan, imagesIn, type Plan } from './drawing/images.ts';
import { interpolateLatents } from './drawing/interpolate-latents.ts';
import { modelsIn } from './drawing/model-cache.ts';
import { anyClass, drawFrom, type LatentDistribution, type Latents } from './drawing/prior.ts';
import { openApiDocument } from './openapi.ts';
import { accepted, problemAnswer, type Result, refused } from './problem.ts';
import { jsonAnswer } from './representation/answer.ts';
import {
  type MediaType,
  negotiate,
  PICTURE_TYPES,
  type PictureType,
  TABLE_TYPES,
  type TableType,
} from './representation/media-types.ts';
import { readRequest } from './request.ts';
import { routeOf } from './router.ts';
import { tablesIn } from './tables/tables.ts';

const SEEDS = 2 ** 32;

type Deps = {
  readonly data: Store;
  readonly openDecoder: OpenDecoder;
  readonly openEncoder: OpenEncoder;
  /** For the networks of tables. @default 1 */
  readonly threads?: number;
  /** Returns the seed for requests without one. */
  readonly drawSeed?: () => number;
};

type Answer = Promise<Result<EndpointAnswer>>;
/** What a request means for each kind of data that models draw. */
type Drawing = {
  readonly image: (card: CardOf<'image'>, mediaType: PictureType) => Answer;
  readonly table: (card: CardOf<'table'>, mediaType: TableType) => Answer;
};

const TYPES: Readonly<Record<ModelInput['kind'], readonly MediaType[]>> = { image: PICTURE_TYPES, table: TABLE_TYPES };

/**
 * Handles function URL events (payload format 2.0). Throws CorruptObjectError if a stored model is damaged; every other
 * error is a problem response.
 */
export function sample({ data, openDecoder, openEncoder, threads = 1, drawSeed = () => randomInt(SEEDS) }: Deps) {
  const models = modelsIn(data);
  const images = imagesIn({ models, openDecoder, openEncoder });
  const tables = tablesIn(models, threads);

  type Asked = { readonly dataset: string; readonly model: string | undefined; readonly accept: string | undefined };
  async function draw({ dataset, model, accept }: Asked, drawing: Drawing): Answer {
    const chosen = await models.choose(dataset, model);
    if (!chosen.ok) return chosen;
    const { kind } = chosen.value.input;
    const mediaType = negotiate(accept, TYPES[kind]);
    if (!mediaType)
      return refused('accept.not-supported', `Supported media types of ${kind} data: ${TYPES[kind].join(', ')}.`);
    return (drawing[kind] as (card: ModelCard, mediaType: MediaType) => Answer)(chosen.value, mediaType);
  }

  const drawImages = (asked: Asked, plan: Plan | GivenPlan): Answer =>
    draw(asked, {
      image: (card, mediaType) =>
        'latents' in plan ? images.draw(card, plan, mediaType) : images.drawGiven(card, plan, mediaType),
      table: async ({ modelId }) =>
        refused('operation.unavailable', `The model ${modelId} draws rows, between which nothing lies.`),
    });

  const drawSamples = (asked: Asked, request: SampleRequest, plan: Plan): Answer =>
    draw(asked, {
      image: async (card, mediaType) => refuseRowSettings(request) ?? images.draw(card, plan, mediaType),
      table: async (card, mediaType) =>
        refuseImageSettings(request) ?? tables.draw(card, { ...request, seed: plan.seed }, mediaType),
    });

  async function answer(given: unknown): Promise<Result<EndpointAnswer>> {
    const event = EndpointEvent.safeParse(given);
    if (!event.success)
      return refused('request.invalid', 'The event is not a function URL event (payload format 2.0).');
    const routed = routeOf(event.data.requestContext.http.method, event.data.rawPath);
    if (!routed.ok) return routed;
    const { route, dataset, modelId } = routed.value;
    const accept = headerOf(event.data.headers, 'accept');
    if (!negotiate(accept, route.types))
      return refused('accept.not-supported', `Supported media types: ${route.types.join(', ')}.`);
    switch (route.operation) {
      case 'describe':
        return accepted(jsonAnswer(openApiDocument()));
      case 'listModels':
        return asJson(await models.list(dataset));
      case 'showModel':
        return asJson(await models.show(dataset, modelId));
      case 'sample': {
        const request = readRequest(SampleRequest, event.data);
        if (!request.ok) return request;
        const asked = { dataset, model: request.value.model, accept };
        return drawSamples(asked, request.value, samplingPlan(request.value, drawSeed));
      }
      case 'interpolate': {
        const request = readRequest(InterpolateRequest, event.data, route.bodyBytes);
        if (!request.ok) return request;
        const asked = { dataset, model: request.value.model, accept };
        return drawImages(asked, stripPlan(request.value) ?? interpolationPlan(request.value, drawSeed));
      }
      case 'impute': {
        const request = readRequest(ImputeRequest, event.data, route.bodyBytes);
        if (!request.ok) return request;
        const { seed = drawSeed(), ...rows } = request.value;
        return draw(
          { dataset, model: rows.model, accept },
          {
            image: async (card) =>
              refused('operation.unavailable', `The model ${card.modelId} draws images, not rows.`),
            table: (card, mediaType) => tables.impute(card, { ...rows, seed }, mediaType),
          },
        );
      }
      case 'mix': {
        const request = readRequest(MixRequest, event.data, route.bodyBytes);
        if (!request.ok) return request;
        return drawImages({ dataset, model: request.value.model, accept }, mixPlan(request.value));
      }
    }
  }

  return async (event: unknown): Promise<EndpointAnswer> => {
    const result = await answer(event);
    return result.ok ? result.value : problemAnswer(result.refusal);
  };
}

/** Refuses settings that only rows have, and more images than an answer holds. */
function refuseRowSettings(request: SampleRequest): Result<never> | undefined {
  const errors = [
    ...(request.n > SAMPLE_LIMIT ? [{ path: 'n', message: `Too big: expected number to be <=${SAMPLE_LIMIT}` }] : []),
    ...(['first', 'where'] as const).flatMap((path) =>
      request[path] === undefined ? [] : [{ path, message: 'Only rows of a table have it.' }],
    ),
  ];
  if (errors.length === 0) return undefined;
  return refused('request.invalid', 'The members listed under errors are invalid.', { errors });
}

/** Refuses settings that only images have. */
function refuseImageSettings(request: SampleRequest): Result<never> | undefined {
  const names = (['label', 'truncation', 'prior'] as const).filter((name) => request[name] !== undefined);
  const given = [...names, ...(request.temperature === 1 ? [] : ['temperature'])];
  if (given.length === 0) return undefined;
  return refused('operation.unavailable', `Rows of a table have no ${given.join(', ')}. Use where for conditions.`);
}

function samplingPlan(request: SampleRequest, drawSeed: () => number): Plan {
  const { n, seed: given, model, temperature, truncation, prior, label } = request;
  const seed = given ?? drawSeed();
  const latents = (distribution: LatentDistribution) => drawFrom(distribution, { seed, n, temperature, truncation });
  return { model, seed, count: n, columns: Math.ceil(Math.sqrt(n)), prior, label, latents };
}

function interpolationPlan({ rows, steps, seed: given, model }: InterpolateRequest, drawSeed: () => number): Plan {
  const seed = given ?? drawSeed();
  const latents = (distribution: LatentDistribution): Latents => {
    const { latentDim, classes } = distribution;
    // For a conditional model, the class stays the same along an interpolation.
    const labelOf = (row: number) => (classes === 0 ? -1 : anyClass(seed, `interpolate/${row}`, distribution));
    const labels = Int32Array.from({ length: rows * steps }, (_, i) => labelOf(Math.floor(i / steps)));
    return { z: interpolateLatents({ seed, rows, steps, latentDim }), labels };
  };
  return { model, seed, count: rows * steps, columns: steps, prior: 'base', latents };
}

function mixPlan({ items, model }: MixRequest): GivenPlan {
  return { model, items, rows: [items.map(({ weight }) => weight)] };
}

/** Returns undefined if the request brings no images along. */
function stripPlan({ from, to, steps, model }: InterpolateRequest): GivenPlan | undefined {
  if (!from || !to) return undefined;
  const rows = Array.from({ length: steps }, (_, step) => [steps - 1 - step, step]);
  return { model, items: [from, to], rows };
}

function asJson(result: Result<unknown>): Result<EndpointAnswer> {
  return result.ok ? accepted(jsonAnswer(result.value)) : result;
}

/** Looks a header up by its name in any case: function URLs send lower case, direct callers may not. */
function headerOf(headers: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}
