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
};

export const wallClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
