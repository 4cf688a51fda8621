// Handles one HTTP request: draws samples from a stored model, or describes the models of a dataset.
import { randomInt } from 'node:crypto';
import type { ModelCard } from '#core/model/messages/card.ts';
import {
  type EndpointAnswer,
  EndpointEvent,
  type GivenItem,
  InterpolateRequest,
  MixRequest,
  SampleRequest,
} from '#core/model/messages/endpoint-api.ts';
import { defaultPrior, type Prior } from '#core/model/messages/latent-facts.ts';
import type { Store } from '#core/store/store.ts';
import type { Decoder, OpenDecoder } from './drawing/decoder.ts';
import type { Encoder, OpenEncoder } from './drawing/encoder.ts';
import { codesOf, meansOf } from './drawing/given-items.ts';
import { walkLatents } from './drawing/latent-codes.ts';
import { recentlyUsed } from './drawing/lru-cache.ts';
import { ENCODER_FILE, modelsIn } from './drawing/model-cache.ts';
import { anyClass, drawFrom, type Latents, type Law, lawOf, toldClasses } from './drawing/prior.ts';
import { openApiDocument } from './openapi.ts';
import { accepted, problemAnswer, type Result, refused } from './problem.ts';
import { jsonAnswer, pictureAnswer, tooLargeBeforehand } from './representation/answer.ts';
import { type MediaType, negotiate } from './representation/media-types.ts';
import type { Pictures } from './representation/pictures.ts';
import { readRequest } from './request.ts';
import { routeOf } from './router.ts';

const DECODERS = 4;
const ENCODERS = 2;
const SEEDS = 2 ** 32;

type Deps = {
  readonly data: Store;
  readonly openDecoder: OpenDecoder;
  readonly openEncoder: OpenEncoder;
  /** Returns the seed for requests without one. */
  readonly drawSeed?: () => number;
};

/** What to draw between given images. */
type GivenPlan = {
  readonly model: string | undefined;
  readonly items: readonly GivenItem[];
  /** One row an image drawn, one weight an image given. */
  readonly rows: readonly (readonly number[])[];
};

/** What to draw, for any operation without given images. */
type Plan = {
  readonly model: string | undefined;
  readonly seed: number;
  readonly count: number;
  readonly columns: number;
  readonly prior?: Prior | 'base' | undefined;
  readonly label?: string | undefined;
  readonly latents: (law: Law) => Latents;
};

/**
 * Handles function URL events (payload format 2.0). Throws CorruptObjectError if a stored model is damaged; every other
 * error is a problem response.
 */
export function sample({ data, openDecoder, openEncoder, drawSeed = () => randomInt(SEEDS) }: Deps) {
  const models = modelsIn(data);
  const decoders = recentlyUsed<Decoder>(DECODERS, (decoder) => decoder.close());

  const encoders = recentlyUsed<Encoder>(ENCODERS, (encoder) => encoder.close());

  const decode = (card: ModelCard, latents: Latents): Promise<Pictures> =>
    decoders.use(
      `${card.dataset}/${card.modelId}`,
      async () => openDecoder(await models.decoderOf(card), card),
      (decoder) => decoder.decode(latents),
    );

  async function draw(dataset: string, plan: Plan, mediaType: MediaType): Promise<Result<EndpointAnswer>> {
    const chosen = await models.choose(dataset, plan.model);
    if (!chosen.ok) return chosen;
    const { modelId, image, family } = chosen.value;
    const refusal = tooLargeBeforehand(mediaType, plan.count * image.width * image.height * image.channels);
    if (refusal) return refusal;
    const law = lawOf(chosen.value, await models.mixtureOf(chosen.value), plan);
    if (!law.ok) return law;
    const pictures = await decode(chosen.value, plan.latents(law.value));
    const { seed, columns, label = null } = plan;
    const output = family === 'vae' ? 'mean' : 'generated';
    return pictureAnswer(mediaType, { modelId, seed, prior: law.value.prior, output, label, pictures, columns });
  }

  async function drawGiven(
    dataset: string,
    { model, items, rows }: GivenPlan,
    mediaType: MediaType,
  ): Promise<Result<EndpointAnswer>> {
    const chosen = await models.choose(dataset, model);
    if (!chosen.ok) return chosen;
    const card = chosen.value;
    const { modelId, image } = card;
    const refusal = tooLargeBeforehand(mediaType, rows.length * image.width * image.height * image.channels);
    if (refusal) return refusal;
    const reason = cannotRead(card);
    if (reason !== undefined)
      return refused('encoder.unavailable', `The model ${modelId} ${reason}. Use a VAE without a flow.`);
    const mixture = await models.mixtureOf(card);
    const codes = await encoders.use(
      `${card.dataset}/${modelId}`,
      async () => openEncoder(await models.encoderOf(card), card),
      (encoder) => codesOf(items, { card, mixture, encoder }),
    );
    if (!codes.ok) return codes;
    const pictures = await decode(card, meansOf(codes.value, rows, toldClasses(card)));
    // Nothing is random.
    const drawn = { modelId, seed: 0, prior: 'encoded', output: 'mean', label: null } as const;
    return pictureAnswer(mediaType, { ...drawn, pictures, columns: rows.length });
  }

  async function answer(given: unknown): Promise<Result<EndpointAnswer>> {
    const event = EndpointEvent.safeParse(given);
    if (!event.success)
      return refused('request.invalid', 'The event is not a function URL event (payload format 2.0).');
    const routed = routeOf(event.data.requestContext.http.method, event.data.rawPath);
    if (!routed.ok) return routed;
    const { route, dataset, modelId } = routed.value;
    const mediaType = negotiate(headerOf(event.data.headers, 'accept'), route.types);
    if (!mediaType) return refused('accept.not-supported', `Supported media types: ${route.types.join(', ')}.`);
    switch (route.operation) {
      case 'describe':
        return accepted(jsonAnswer(openApiDocument()));
      case 'listModels':
        return asJson(await models.list(dataset));
      case 'showModel':
        return asJson(await models.show(dataset, modelId));
      case 'sample': {
        const request = readRequest(SampleRequest, event.data);
        return request.ok ? draw(dataset, samplePlan(request.value, drawSeed), mediaType) : request;
      }
      case 'interpolate': {
        const request = readRequest(InterpolateRequest, event.data, route.bodyBytes);
        if (!request.ok) return request;
        const between = stripPlan(request.value);
        return between
          ? drawGiven(dataset, between, mediaType)
          : draw(dataset, walkPlan(request.value, drawSeed), mediaType);
      }
      case 'mix': {
        const request = readRequest(MixRequest, event.data, route.bodyBytes);
        return request.ok ? drawGiven(dataset, mixPlan(request.value), mediaType) : request;
      }
    }
  }

  return async (event: unknown): Promise<EndpointAnswer> => {
    const result = await answer(event);
    return result.ok ? result.value : problemAnswer(result.refusal);
  };
}

function samplePlan(request: SampleRequest, drawSeed: () => number): Plan {
  const { n, seed: given, model, temperature, truncation, prior, label } = request;
  const seed = given ?? drawSeed();
  const latents = (law: Law) => drawFrom(law, { seed, n, temperature, truncation });
  return { model, seed, count: n, columns: Math.ceil(Math.sqrt(n)), prior, label, latents };
}

function walkPlan({ rows, steps, seed: given, model }: InterpolateRequest, drawSeed: () => number): Plan {
  const seed = given ?? drawSeed();
  const latents = (law: Law): Latents => {
    const { latentDim, told } = law;
    // For a conditional model, the class stays the same along an interpolation.
    const labelOf = (row: number) => (told === 0 ? -1 : anyClass(seed, `interpolate/${row}`, law));
    const labels = Int32Array.from({ length: rows * steps }, (_, i) => labelOf(Math.floor(i / steps)));
    return { z: walkLatents({ seed, rows, steps, latentDim }), labels };
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

/** Returns why images cannot be turned into latent vectors that the decoder takes; undefined if they can. */
function cannotRead({ family, files, latent }: ModelCard): string | undefined {
  if (family !== 'vae' || !(ENCODER_FILE in files)) return 'has no encoder';
  return defaultPrior(latent) === 'flow' ? 'draws through a flow' : undefined;
}

function asJson(result: Result<unknown>): Result<EndpointAnswer> {
  return result.ok ? accepted(jsonAnswer(result.value)) : result;
}

/** Looks a header up by its name in any case: function URLs send lower case, direct callers may not. */
function headerOf(headers: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}
