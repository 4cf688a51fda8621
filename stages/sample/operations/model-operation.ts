// An operation that uses a model: reads the body, chooses the model, and calls the function of its kind of data.
import type * as z from 'zod';
import { type CardOf, isCardOf, type ModelCard } from '#core/model/messages/card.ts';
import { HEADER, type ProblemCode } from '#core/model/messages/endpoint-api.ts';
import type { KindOf, Kinds } from '../kinds.ts';
import { accepted, type Result, refused } from '../problem.ts';
import { type MediaType, negotiate } from '../representation/media-types.ts';
import { readRequest } from '../request.ts';
import type { Answer, Operation, Workplace } from './operation.ts';

type Kind = keyof Kinds & ModelCard['input']['kind'];
type AnyRequest = { readonly model?: string | undefined };

/** The function that answers the request with models of one kind of data. */
type Ability<K extends Kind, Request, Type extends MediaType> = {
  readonly types: readonly Type[];
  /** Returns why a model cannot, as the end of a sentence that begins with the model; undefined if it can. */
  cannot?(card: CardOf<K>, request: Request): string | undefined;
  /** @default operation.unavailable */
  readonly code?: ProblemCode;
  draw(asked: {
    readonly card: CardOf<K>;
    readonly request: Request;
    readonly mediaType: Type;
    readonly kind: KindOf<K>;
    readonly drawSeed: () => number;
  }): Answer;
};

type Definition<Request extends AnyRequest> = {
  readonly name: string;
  readonly summary: string;
  readonly request: z.ZodType<Request>;
  /** Largest body of a request. @default 16 KiB */
  readonly bodyBytes?: number;
  readonly answer: z.ZodType;
  /** The functions by kind of data. */
  readonly kinds: { readonly [K in Kind]?: Ability<K, Request, never> };
  /** A sentence that explains how to get a model of such data that supports the operation. */
  readonly remedy?: string;
};

/** Gives an ability the media types that its answers have. */
export function ability<K extends Kind, Request, Type extends MediaType>(
  definition: Ability<K, Request, Type>,
): Ability<K, Request, never> {
  return definition as unknown as Ability<K, Request, never>;
}

export function modelOperation<Request extends AnyRequest>(definition: Definition<Request>): Operation {
  const { name, summary, request: schema, bodyBytes, answer, kinds, remedy = '' } = definition;
  const abilities = Object.entries(kinds) as [Kind, AnyAbility<Request>][];
  const types = [...new Set(abilities.flatMap(([, one]) => one.types))];

  function abilityOf(card: ModelCard): AnyAbility<Request> | undefined {
    return abilities.find(([kind]) => isCardOf(card, kind))?.[1];
  }

  /** Returns why the model cannot, or undefined. */
  function reasonOf(card: ModelCard, request: Request): string | undefined {
    const one = abilityOf(card);
    if (!one)
      return `is a model of ${card.input.kind} data; ${name} takes ${abilities.map(([kind]) => kind).join(', ')}`;
    return one.cannot?.(card, request);
  }

  async function refusal(
    { models, operationsOf }: Pick<Workplace, 'models' | 'operationsOf'>,
    card: ModelCard,
    request: Request,
    reason: string,
  ): Promise<Result<never>> {
    const able = await models.find(card.dataset, (other) => reasonOf(other, request) === undefined);
    const { kind } = card.input;
    // Data of another kind never get a model that can, however it is trained.
    const otherwise = abilityOf(card) ? remedy : `Models of ${kind} data can: ${operationsOf(kind).join(', ')}.`;
    const way = able ? `The model ${able.modelId} of this dataset can: send it as model.` : otherwise;
    return refused(abilityOf(card)?.code ?? 'operation.unavailable', `The model ${card.modelId} ${reason}. ${way}`);
  }

  return {
    name,
    method: 'POST',
    path: `/v1/datasets/{dataset}/${name}`,
    summary,
    types,
    request: schema,
    answer,
    kinds: abilities.map(([kind]) => kind),
    async run({ dataset, accept, body }, workplace) {
      const { models, kinds: drawers, drawSeed } = workplace;
      const read = readRequest(schema, body, bodyBytes);
      if (!read.ok) return read;
      const request = read.value;
      const chosen = await models.choose(dataset, request.model);
      if (!chosen.ok) return chosen;
      const card = chosen.value;
      const reason = reasonOf(card, request);
      const one = abilityOf(card);
      if (reason !== undefined || !one) return refusal(workplace, card, request, reason ?? '');
      const mediaType = negotiate(accept, one.types);
      if (!mediaType)
        return refused(
          'accept.not-supported',
          `Supported media types of ${card.input.kind} data: ${one.types.join(', ')}.`,
        );
      const kind = await drawers[card.input.kind]();
      const drawn = await one.draw({ card, request, mediaType, kind, drawSeed });
      if (!drawn.ok) return drawn;
      return accepted({ ...drawn.value, headers: { ...drawn.value.headers, [HEADER.snapshot]: card.snapshotId } });
    },
  };
}

/** The ability of the kind that a card has: the types of its arguments follow from the card. */
type AnyAbility<Request> = {
  readonly types: readonly MediaType[];
  readonly code?: ProblemCode;
  cannot?(card: ModelCard, request: Request): string | undefined;
  draw(asked: {
    readonly card: ModelCard;
    readonly request: Request;
    readonly mediaType: MediaType;
    readonly kind: KindOf<Kind>;
    readonly drawSeed: () => number;
  }): Answer;
};
