// Wraps the stage: errors become problem documents without internal details, and each call writes one log line.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { type EndpointAnswer, HEADER } from '#core/model/messages/endpoint-api.ts';
import { problemAnswer } from '#stages/sample/problem.ts';

const LOGGED_CHARACTERS = 200;

const FAILED = {
  code: 'internal',
  detail: 'The request was valid. The log of the Lambda function contains the cause.',
} as const;
/** Status of a corrupt model file. Not a 5xx status, because the request fails until the file is replaced. */
const DAMAGED = {
  code: 'model.corrupt',
  detail:
    'The request was valid, but the files of the model are damaged or not its own, so they were not used. Name another model, promote another one (goldpan models promote, goldpan models rollback), or train again (goldpan fit). The log of the Lambda function says which file and what is wrong with it.',
} as const;

type Log = {
  info(message: string, facts: Record<string, unknown>): void;
  error(message: string, facts: Record<string, unknown>): void;
};

/** Adds the header `server-timing` with the milliseconds that the function worked on the call. */
export function endpoint(stage: (event: unknown, leftMs: number) => Promise<EndpointAnswer>, nowMs: () => number) {
  return async (event: unknown, log: Log, leftMs: number): Promise<EndpointAnswer> => {
    const startedMs = nowMs();
    const answer = await stage(event, leftMs).catch((error: unknown) => failureAnswer(error, log));
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
  const isDamaged = error instanceof GoldpanError && error.name === FAILURE.corruptObject;
  return problemAnswer(isDamaged ? DAMAGED : FAILED);
}

function pathOf(event: unknown): string {
  const path = (event as { rawPath?: unknown } | null | undefined)?.rawPath;
  return typeof path === 'string' ? path.slice(0, LOGGED_CHARACTERS) : '';
}
