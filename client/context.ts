// The context of every call of the client: the deployment, the progress callback, the clock and the user's name.
import type { Deployment } from './deployment.ts';
import type { Notify } from './events.ts';

export type Clock = { now(): number; sleep(ms: number): Promise<void> };

export type Context = {
  readonly deployment: Deployment;
  readonly notify: Notify;
  readonly clock: Clock;
  /** The user's name in records such as a waiver or a forced gate. */
  readonly person: string;
  /** Receives items that are drawn to standard output; absent where that holds something else, such as a JSON document. */
  readonly stdout?: (bytes: Uint8Array) => Promise<void>;
};

export const wallClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
