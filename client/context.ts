// What every verb is handed: the cloud it works on, the terminal it speaks to, and the time.

import type { Terminal } from '../cli/terminal/terminal.ts';
import type { Cloud } from './deployment.ts';

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
