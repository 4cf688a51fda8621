// Reads a request body: JSON of a known shape or a refusal that says what is wrong where.
import type * as z from 'zod';
import type { Problem } from '#core/model/messages/endpoint-api.ts';
import { accepted, type Result, refused } from './problem.ts';

const BODY_BYTES = 16 * 1024;
const SHOWN_ERRORS = 16;
const SHOWN_CHARACTERS = 80;

type Body = { readonly body?: string | undefined; readonly isBase64Encoded: boolean };

/** No body is as good as `{}`: every member of every request has a default. */
export function readRequest<T>(schema: z.ZodType<T>, event: Body): Result<T> {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > BODY_BYTES) {
    return refused('request.body-too-large', `The body has ${bytes.length} bytes; ${BODY_BYTES} are read.`);
  }
  const given = bytes.length === 0 ? {} : parseJson(bytes);
  if (given === undefined) return refused('request.not-json', 'The body could not be read as JSON in UTF-8.');
  const parsed = schema.safeParse(given);
  if (parsed.success) return accepted(parsed.data);
  const errors = parsed.error.issues.flatMap(toErrors).slice(0, SHOWN_ERRORS);
  return refused('request.invalid', 'The members listed under errors are not as the interface says.', { errors });
}

function toErrors(issue: z.core.$ZodIssue): NonNullable<Problem['errors']> {
  const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  const message = issue.code === 'unrecognized_keys' ? 'There is no such member.' : issue.message;
  return paths.map((path) => ({ path: path.map(String).join('.').slice(0, SHOWN_CHARACTERS), message }));
}

/** JSON has no undefined, so that stands for what is none. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
