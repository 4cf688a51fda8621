// Handles one HTTP request, its outputs recorded, in the form that a call can carry.
import { randomInt } from 'node:crypto';
import type { EndpointAnswer } from '#core/model/messages/endpoint-api.ts';
import { DeadlinePassed, withinDeadline } from './large/deadline.ts';
import { inlineOrLink } from './large/large.ts';
import { recordOutputs } from './outputs/record-outputs.ts';
import { accepted, problemAnswer, type Result, refused } from './problem.ts';
import { type RequestDeps, requestsIn } from './run-request.ts';

const SEEDS = 2 ** 32;
const CACHE_BYTES = 128 * 2 ** 20;

type Optional = 'threads' | 'cacheBytes' | 'drawSeed';
type Deps = Omit<RequestDeps, Optional> & Partial<Pick<RequestDeps, Optional>>;

/**
 * Handles function URL events (payload format 2.0). `leftMs`: until the platform stops the call. Throws CorruptObjectError if a stored
 * model is damaged; every other error is a problem response. @default one thread, models up to 128 MiB, random seeds
 */
export function sample(deps: Deps) {
  const { data, links } = deps;
  const drawSeed = () => randomInt(SEEDS);
  const { run } = requestsIn({ threads: 1, cacheBytes: CACHE_BYTES, drawSeed, ...deps });
  const record = recordOutputs(data);

  async function answer(event: unknown): Promise<Result<EndpointAnswer>> {
    const ran = await run(event);
    if (!ran.ok) return ran;
    const { dataset, answered } = ran.value;
    const { outputs, ...sent } = answered;
    if (outputs) await record(dataset, outputs);
    return accepted(await inlineOrLink(data, links, dataset, sent));
  }

  return async (event: unknown, leftMs = Number.POSITIVE_INFINITY): Promise<EndpointAnswer> => {
    const result = await withinDeadline(leftMs, () => answer(event)).catch((error: unknown) => {
      if (error instanceof DeadlinePassed) return tooLong();
      throw error;
    });
    return result.ok ? result.value : problemAnswer(result.refusal);
  };
}

function tooLong(): Result<never> {
  return refused(
    'request.too-long',
    'The work was stopped, since a call is about to end. Ask for fewer or smaller items at a time; goldpan sample draws large numbers in the background.',
  );
}
