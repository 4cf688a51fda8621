// Everything the endpoint answers to. The router and the OpenAPI document both read this table.
import type * as z from 'zod';
import {
  InterpolateRequest,
  ModelAnswer,
  ModelList,
  SampleAnswer,
  SampleRequest,
} from '#core/model/messages/endpoint-api.ts';
import { JSON_ONLY, type MediaType, PICTURE_TYPES } from './representation/media-types.ts';

type Operation = 'sample' | 'interpolate' | 'listModels' | 'showModel' | 'describe';

export type Route = {
  readonly operation: Operation;
  readonly method: 'GET' | 'POST';
  /** As OpenAPI writes it: `{dataset}` and `{id}` stand for one segment each. */
  readonly path: string;
  readonly summary: string;
  readonly types: readonly MediaType[];
  readonly request?: z.ZodType;
  /** The JSON answer, where there is a schema of it. */
  readonly answer?: z.ZodType;
};

export const ROUTES: readonly Route[] = [
  {
    operation: 'sample',
    method: 'POST',
    path: '/v1/datasets/{dataset}/sample',
    summary: 'Draws new samples, of one class on demand.',
    types: PICTURE_TYPES,
    request: SampleRequest,
    answer: SampleAnswer,
  },
  {
    operation: 'interpolate',
    method: 'POST',
    path: '/v1/datasets/{dataset}/interpolate',
    summary: 'Walks between pairs of draws in the latent space, one pair a row.',
    types: PICTURE_TYPES,
    request: InterpolateRequest,
    answer: SampleAnswer,
  },
  {
    operation: 'listModels',
    method: 'GET',
    path: '/v1/datasets/{dataset}/models',
    summary: 'Lists the models of a dataset and says which one serves.',
    types: JSON_ONLY,
    answer: ModelList,
  },
  {
    operation: 'showModel',
    method: 'GET',
    path: '/v1/datasets/{dataset}/models/{id}',
    summary: 'Shows the card of one model.',
    types: JSON_ONLY,
    answer: ModelAnswer,
  },
  {
    operation: 'describe',
    method: 'GET',
    path: '/v1/openapi.json',
    summary: 'Describes this interface.',
    types: JSON_ONLY,
  },
];
