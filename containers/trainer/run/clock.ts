// Time as the trainer's parts are handed it.
import { setTimeout } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after so long, or at once when the signal aborts. */
  sleep(durationMs: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(durationMs, signal) {
    // An abort ends the wait early; that is no failure.
    await setTimeout(durationMs, undefined, { signal }).catch(() => undefined);
  },
};
