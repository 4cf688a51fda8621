// Shows work whose extent is not known: how long it has gone on, on a terminal all the time, in a log from half a minute on.
import { duration } from '#core/base/format.ts';
import type { Terminal } from './terminal.ts';

const LOG_EVERY_MS = 30_000;

export type WaitLine = {
  /** `sinceMs`: since the work began. */
  update(sinceMs: number): void;
};

export function openWait(terminal: Pick<Terminal, 'live' | 'say' | 'interactive'>, label: string): WaitLine {
  let saidMs = 0;
  return {
    update(sinceMs) {
      const text = `${label}: ${duration(Math.floor(sinceMs / 1000) * 1000)}`;
      terminal.live(text);
      if (terminal.interactive || sinceMs - saidMs < LOG_EVERY_MS) return;
      saidMs = sinceMs;
      terminal.say(text);
    },
  };
}
