// Handles Ctrl-C while a command waits: prints the state, then ends the process.
import { constants } from 'node:os';
import type { Terminal } from './terminal.ts';

/** `sentence` is asked for only when the process is interrupted. The exit code is 128 + SIGINT, as shells expect it. */
export function sayOnInterrupt(terminal: Pick<Terminal, 'say' | 'live'>, sentence: () => string): void {
  process.once('SIGINT', () => {
    terminal.live(undefined);
    terminal.say(`\n${sentence()}`);
    process.exit(128 + constants.signals.SIGINT);
  });
}
