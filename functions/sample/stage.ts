// Answers one HTTP request: draws from a stored model, or tells about the models there are.
import { randomInt } from 'node:crypto';
import type { ModelCard } from '#core/messages/model.ts';
import { type EndpointAnswer, EndpointEvent, InterpolateRequest, SampleRequest } from '#core/messages/sample.ts';
import type { Store } from '#core/store/store.ts';
import { jsonAnswer, pictureAnswer, tooLargeBeforehand } from './answer.ts';
import type { Decoder, OpenDecoder } from './decoder.ts';
import { drawLatents, walkLatents } from './latents.ts';
import { type MediaType, negotiate } from './media-types.ts';
import { modelsIn } from './models.ts';
import { openApiDocument } from './openapi.ts';
import type { Pictures } from './pictures.ts';
import { accepted, problemAnswer, type Result, refused } from './problem.ts';
import { recentlyUsed } from './recent.ts';
import { readRequest } from './request.ts';
import { routeOf } from './router.ts';

const DECODERS = 4;
const SEEDS = 2 ** 32;

type Deps = {
  readonly data: Store;
  readonly openDecoder: OpenDecoder;
  /** The seed of a request that names none. */
  readonly drawSeed?: () => number;
};

/** What to draw, whichever operation asked for it. */
type Plan = {
  readonly model: string | undefined;
  readonly seed: number;
  readonly count: number;
  readonly columns: number;
  readonly latents: (latentDim: number) => Float32Array;
};

/** Throws CorruptObjectError when the stored model is damaged; everything else that is wrong is a problem answer. */
export function sample({ data, openDecoder, drawSeed = () => randomInt(SEEDS) }: Deps) {
  const models = modelsIn(data);
  const decoders = recentlyUsed<Decoder>(DECODERS, (decoder) => decoder.close());

  const decode = (card: ModelCard, latents: Float32Array): Promise<Pictures> =>
    decoders.use(
      `${card.dataset}/${card.modelId}`,
      async () => openDecoder(await models.decoderOf(card), card),
      (decoder) => decoder.decode(latents),
    );

  async function draw(dataset: string, plan: Plan, mediaType: MediaType): Promise<Result<EndpointAnswer>> {
    const chosen = await models.choose(dataset, plan.model);
    if (!chosen.ok) return chosen;
    const { modelId, image, latentDim } = chosen.value;
    const refusal = tooLargeBeforehand(mediaType, plan.count * image.width * image.height * image.channels);
    if (refusal) return refusal;
    const pictures = await decode(chosen.value, plan.latents(latentDim));
    return pictureAnswer(mediaType, { modelId, seed: plan.seed, pictures, columns: plan.columns });
  }

  async function answer(given: unknown): Promise<Result<EndpointAnswer>> {
    const event = EndpointEvent.safeParse(given);
    if (!event.success)
      return refused('request.invalid', 'The event is not one of a function URL (payload format 2.0).');
    const routed = routeOf(event.data.requestContext.http.method, event.data.rawPath);
    if (!routed.ok) return routed;
    const { route, dataset, modelId } = routed.value;
    const mediaType = negotiate(headerOf(event.data.headers, 'accept'), route.types);
    if (!mediaType) return refused('accept.not-supported', `Sent are ${route.types.join(', ')}.`);
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
        const request = readRequest(InterpolateRequest, event.data);
        return request.ok ? draw(dataset, walkPlan(request.value, drawSeed), mediaType) : request;
      }
    }
  }

  return async (event: unknown): Promise<EndpointAnswer> => {
    const result = await answer(event);
    return result.ok ? result.value : problemAnswer(result.refusal);
  };
}

function samplePlan({ n, seed: given, model, temperature }: SampleRequest, drawSeed: () => number): Plan {
  const seed = given ?? drawSeed();
  const latents = (latentDim: number) => drawLatents({ seed, n, temperature, latentDim });
  return { model, seed, count: n, columns: Math.ceil(Math.sqrt(n)), latents };
}

function walkPlan({ rows, steps, seed: given, model }: InterpolateRequest, drawSeed: () => number): Plan {
  const seed = given ?? drawSeed();
  const latents = (latentDim: number) => walkLatents({ seed, rows, steps, latentDim });
  return { model, seed, count: rows * steps, columns: steps, latents };
}

function asJson(result: Result<unknown>): Result<EndpointAnswer> {
  return result.ok ? accepted(jsonAnswer(result.value)) : result;
}

/** HTTP names its headers in any case; function URLs send them in lower case, direct callers as they like. */
function headerOf(headers: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}
