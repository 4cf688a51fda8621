// Renews the lease while the run continues, and checks at each renewal whether a stop was requested.
import { FAILURE } from '#core/base/errors.ts';
import { StopRequest } from '#core/model/messages/run.ts';
import type { TrainingJob } from '#core/snapshot/messages.ts';
import { readJson } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import type { StopSwitch } from '../state/stop.ts';
import type { Clock } from './clock.ts';
import type { HeadChange, Lease } from './lease.ts';

export const RENEW_EVERY_MS = 5_000;

export type KeepOptions = {
  readonly data: Store;
  readonly clock: Clock;
  readonly job: TrainingJob;
  readonly lease: Lease;
  readonly stop: StopSwitch;
  /** Returns the current progress of the run. */
  readonly position: () => HeadChange;
};

/**
 * Returns a function that stops the renewal. A failed renewal is retried until the lease has expired; a rejected one is
 * final.
 */
export function keepLease({ data, clock, job, lease, stop, position }: KeepOptions): () => Promise<void> {
  const ending = new AbortController();
  const renew = async (): Promise<void> => {
    try {
      await lease.move(position());
      const request = await readJson(data, keys.stopRequest(job.dataset, job.runId), StopRequest);
      if (request) stop.ask({ kind: 'request', by: request.value.by });
    } catch (error) {
      const lost = error instanceof Error && (error.name === FAILURE.leaseLost || clock.now() >= lease.until);
      if (lost) stop.ask({ kind: 'lost', error });
    }
  };
  const kept = (async () => {
    while (!ending.signal.aborted && stop.reason?.kind !== 'lost') {
      await clock.sleep(RENEW_EVERY_MS, ending.signal);
      if (!ending.signal.aborted) await renew();
    }
  })();
  return async () => {
    ending.abort();
    await kept;
  };
}
