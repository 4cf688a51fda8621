// Parses and validates the JSON body of a request.
import type * as z from 'zod';
import type { Problem } from '#core/model/messages/endpoint-api.ts';
import { LARGE_BODY_BYTES } from '#core/model/messages/large-messages.ts';
import { accepted, type Result, refused } from './problem.ts';

const BODY_BYTES = 16 * 1024;
const SHOWN_ERRORS = 16;
const SHOWN_CHARACTERS = 80;

export type Body = {
  readonly body?: string | undefined;
  readonly isBase64Encoded: boolean;
  /** Whether it was uploaded by a link: its limit is another one. */
  readonly isUploaded?: boolean;
};

/**
 * Returns the validated body, or a refusal that lists each error. An empty body counts as `{}`: every member has a
 * default.
 */
export function readRequest<T>(schema: z.ZodType<T>, event: Body, inlineBytes = BODY_BYTES): Result<T> {
  const bodyBytes = event.isUploaded ? LARGE_BODY_BYTES : inlineBytes;
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > bodyBytes) {
    return refused(
      'request.body-too-large',
      `The body has ${bytes.length} bytes; the limit is ${bodyBytes}. Upload it with a ticket (POST /v1/datasets/{dataset}/tickets), up to ${LARGE_BODY_BYTES} bytes.`,
    );
  }
  const given = bytes.length === 0 ? {} : parseJson(bytes);
  if (given === undefined) return refused('request.not-json', 'The body is not valid JSON in UTF-8.');
  const parsed = schema.safeParse(given);
  if (parsed.success) return accepted(parsed.data);
  const errors = parsed.error.issues.flatMap(toErrors).slice(0, SHOWN_ERRORS);
  return refused('request.invalid', 'The members listed under errors are invalid.', { errors });
}

function toErrors(issue: z.core.$ZodIssue): NonNullable<Problem['errors']> {
  const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  const message = issue.code === 'unrecognized_keys' ? 'Unknown member.' : issue.message;
  return paths.map((path) => ({ path: path.map(String).join('.').slice(0, SHOWN_CHARACTERS), message }));
}

/** Returns undefined if the bytes are not JSON; JSON itself has no undefined. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
