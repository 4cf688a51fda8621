// Error responses of the endpoint: problem details (RFC 9457) with stable codes.
import { type EndpointAnswer, PROBLEMS, type Problem, type ProblemCode } from '#core/model/messages/endpoint-api.ts';

export type RequestRefusal = {
  readonly code: ProblemCode;
  /** A sentence for people: what was given and what is allowed. It never contains internal details. */
  readonly detail: string;
  readonly errors?: Problem['errors'];
  readonly headers?: Readonly<Record<string, string>>;
};
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: RequestRefusal };

export function problemAnswer({ code, detail, errors, headers }: RequestRefusal): EndpointAnswer {
  const { status, title } = PROBLEMS[code];
  const problem: Problem = {
    type: `urn:goldpan:problem:${code}`,
    title,
    status,
    detail,
    code,
    ...(errors && { errors }),
  };
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify(problem),
    isBase64Encoded: false,
  };
}

export function accepted<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function refused(
  code: ProblemCode,
  detail: string,
  more: Omit<RequestRefusal, 'code' | 'detail'> = {},
): Result<never> {
  return { ok: false, refusal: { code, detail, ...more } };
}
