// The clock that parts of the trainer receive as a dependency.
import { setTimeout } from 'node:timers/promises';

export type Clock = {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after the duration, or immediately if the signal aborts. */
  sleep(durationMs: number, signal: AbortSignal): Promise<void>;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(durationMs, signal) {
    // An abort ends the wait early and is not an error.
    await setTimeout(durationMs, undefined, { signal }).catch(() => undefined);
  },
};
