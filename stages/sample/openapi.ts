// Builds the OpenAPI 3.0 document from the table of operations and the schemas that also validate requests.
import * as z from 'zod';
import { HEADER, MODEL_ID, PROBLEMS, Problem } from '#core/model/messages/endpoint-api.ts';
import { DATASET_NAME } from '#core/store/keys.ts';
import type { Operation } from './operations/operation.ts';

const VERSION = '1';
const PARAMETER_PATTERNS: Readonly<Record<string, RegExp>> = { dataset: DATASET_NAME, id: MODEL_ID };
const PROBLEM_CONTENT = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

export function openApiDocument(operations: readonly Operation[]) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const { path, method } = operation;
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(operation) };
  }
  return {
    openapi: '3.0.3',
    info: {
      title: 'goldpan',
      version: VERSION,
      description: `Samples from trained models. Sign requests with AWS Signature Version 4 for the service "lambda". Problem codes: ${Object.keys(PROBLEMS).join(', ')}.`,
    },
    paths,
    components: { schemas: { Problem: schemaOf(Problem, 'output') } },
  };
}

function operationOf({ name, summary, path, types, request, answer }: Operation) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((found) => found[1] as string);
  const content = types.map((type) => [type, { schema: type === 'application/json' ? json(answer) : binary() }]);
  return {
    operationId: name,
    summary,
    parameters: names.map((name) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string', pattern: PARAMETER_PATTERNS[name]?.source },
    })),
    ...(request && {
      requestBody: { required: false, content: { 'application/json': { schema: schemaOf(request, 'input') } } },
    }),
    responses: {
      200: { description: summary, ...(request && { headers: answerHeaders() }), content: Object.fromEntries(content) },
      default: { description: 'Problem details (RFC 9457) with a stable code.', content: PROBLEM_CONTENT },
    },
  };
}

function answerHeaders() {
  const text = { schema: { type: 'string' } };
  return Object.fromEntries(Object.values(HEADER).map((name) => [name, text]));
}

function json(answer: z.ZodType | undefined) {
  return answer ? schemaOf(answer, 'output') : { type: 'object' };
}

function binary() {
  return { type: 'string', format: 'binary' };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output') {
  return z.toJSONSchema(schema, { target: 'openapi-3.0', io });
}
