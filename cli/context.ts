// What every verb is handed: the cloud it works on, the terminal it speaks to, and the time.
import type { Cloud } from './cloud.ts';
import type { Terminal } from './terminal.ts';

export type Clock = { now(): number; sleep(ms: number): Promise<void> };

export type Context = {
  readonly cloud: Cloud;
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** How the person is called in records such as a forced gate. */
  readonly person: string;
};

export const wallClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
