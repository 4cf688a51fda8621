// Around the stage: whatever is thrown becomes a problem that shows nothing of the inside, and each call is one log line.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { type EndpointAnswer, HEADER, type ProblemCode } from '#core/model/messages/endpoint-api.ts';
import { problemAnswer } from '#stages/sample/problem.ts';

const LOGGED_CHARACTERS = 200;

type Log = {
  info(message: string, facts: Record<string, unknown>): void;
  error(message: string, facts: Record<string, unknown>): void;
};

/** Adds `server-timing`: the milliseconds that the call took inside. */
export function endpoint(stage: (event: unknown) => Promise<EndpointAnswer>, nowMs: () => number) {
  return async (event: unknown, log: Log): Promise<EndpointAnswer> => {
    const startedMs = nowMs();
    const answer = await stage(event).catch((error: unknown) => failureAnswer(error, log));
    const durationMs = Math.round((nowMs() - startedMs) * 10) / 10;
    log.info('answered', {
      path: pathOf(event),
      status: answer.statusCode,
      modelId: answer.headers[HEADER.model],
      bodyCharacters: answer.body.length,
      durationMs,
    });
    return { ...answer, headers: { ...answer.headers, 'server-timing': `total;dur=${durationMs}` } };
  };
}

function failureAnswer(error: unknown, log: Log): EndpointAnswer {
  log.error('failed', { error });
  const code: ProblemCode =
    error instanceof GoldpanError && error.name === FAILURE.corruptObject ? 'model.corrupt' : 'internal';
  return problemAnswer({ code, detail: 'The request was valid. The log of the Lambda function contains the cause.' });
}

function pathOf(event: unknown): string {
  const path = (event as { rawPath?: unknown } | null | undefined)?.rawPath;
  return typeof path === 'string' ? path.slice(0, LOGGED_CHARACTERS) : '';
}
