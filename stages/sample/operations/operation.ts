// The definition of an operation of the endpoint. Each operation is one file; the router, the OpenAPI document and docs/http-api.md read
// the table in operations.ts.
import type * as z from 'zod';
import type { Links } from '#core/store/links.ts';
import type { Models } from '../drawing/model-cache.ts';
import type { Kinds } from '../kinds.ts';
import type { Answered } from '../outputs/outputs.ts';
import type { Result } from '../problem.ts';
import type { MediaType } from '../representation/media-types.ts';
import type { Body } from '../request.ts';

export type Answer = Promise<Result<Answered>>;

/** A request whose path and media type are known; its body is not read yet. */
export type Asked = {
  /** Empty if the path contains no dataset. */
  readonly dataset: string;
  readonly modelId: string;
  readonly accept: string | undefined;
  readonly body: Body;
};

/** The outside world of an operation. */
export type Workplace = {
  readonly models: Models;
  readonly kinds: Kinds;
  /** Returns the seed for requests without one. */
  readonly drawSeed: () => number;
  readonly links: Links;
  /** Names of the operations that models of a kind of data can be asked for. */
  readonly operationsOf: (kind: string) => readonly string[];
  /** Returns the OpenAPI document of all operations. */
  readonly document: () => unknown;
};

export type Operation = {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  /** Path in OpenAPI syntax: `{dataset}` and `{id}` each match one segment. */
  readonly path: string;
  readonly summary: string;
  readonly types: readonly MediaType[];
  readonly request?: z.ZodType;
  /** Schema of the JSON response, if there is one. */
  readonly answer?: z.ZodType;
  /** Kinds of data whose models can do it; absent where no model is asked. */
  readonly kinds?: readonly string[];
  run(asked: Asked, workplace: Workplace): Answer;
};
