// The table of all operations of the endpoint; the router and the OpenAPI document both read it.
import * as z from 'zod';
import {
  ImputeRequest,
  InterpolateRequest,
  MixRequest,
  ModelAnswer,
  ModelList,
  RowsAnswer,
  SampleAnswer,
  SampleRequest,
} from '#core/model/messages/endpoint-api.ts';
import { JSON_ONLY, type MediaType, PICTURE_TYPES, TABLE_TYPES } from './representation/media-types.ts';

/** Eight images of 256 x 256 pixels in colour, in base64. */
const GIVEN_BODY_BYTES = 4 * 2 ** 20;

type EndpointOperation = 'sample' | 'interpolate' | 'mix' | 'impute' | 'listModels' | 'showModel' | 'describe';

export type Route = {
  readonly operation: EndpointOperation;
  readonly method: 'GET' | 'POST';
  /** Path in OpenAPI syntax: `{dataset}` and `{id}` each match one segment. */
  readonly path: string;
  readonly summary: string;
  readonly types: readonly MediaType[];
  readonly request?: z.ZodType;
  /** Largest body of a request; default: 16 KiB. */
  readonly bodyBytes?: number;
  /** Schema of the JSON response, if there is one. */
  readonly answer?: z.ZodType;
};

export const ROUTES: readonly Route[] = [
  {
    operation: 'sample',
    method: 'POST',
    path: '/v1/datasets/{dataset}/sample',
    summary: 'Draws new samples: images, optionally of one class, or rows, optionally under conditions.',
    types: [...new Set([...PICTURE_TYPES, ...TABLE_TYPES])],
    request: SampleRequest,
    answer: z.union([SampleAnswer, RowsAnswer]),
  },
  {
    operation: 'interpolate',
    method: 'POST',
    path: '/v1/datasets/{dataset}/interpolate',
    summary:
      'Interpolates in the latent space between pairs of samples, one pair per row, or between two given images.',
    types: PICTURE_TYPES,
    request: InterpolateRequest,
    bodyBytes: GIVEN_BODY_BYTES,
    answer: SampleAnswer,
  },
  {
    operation: 'mix',
    method: 'POST',
    path: '/v1/datasets/{dataset}/mix',
    summary: 'Draws one image between given images: the weighted mean of their codes and classes.',
    types: PICTURE_TYPES,
    request: MixRequest,
    bodyBytes: GIVEN_BODY_BYTES,
    answer: SampleAnswer,
  },
  {
    operation: 'impute',
    method: 'POST',
    path: '/v1/datasets/{dataset}/impute',
    summary: 'Fills the holes of rows of a table; what is known stays as it is.',
    types: TABLE_TYPES,
    request: ImputeRequest,
    bodyBytes: GIVEN_BODY_BYTES,
    answer: RowsAnswer,
  },
  {
    operation: 'listModels',
    method: 'GET',
    path: '/v1/datasets/{dataset}/models',
    summary: 'Lists the models of a dataset and marks the current one.',
    types: JSON_ONLY,
    answer: ModelList,
  },
  {
    operation: 'showModel',
    method: 'GET',
    path: '/v1/datasets/{dataset}/models/{id}',
    summary: 'Returns the model card of one model.',
    types: JSON_ONLY,
    answer: ModelAnswer,
  },
  {
    operation: 'describe',
    method: 'GET',
    path: '/v1/openapi.json',
    summary: 'Returns this OpenAPI document.',
    types: JSON_ONLY,
  },
];
