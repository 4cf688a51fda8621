// Processor time of a group of processes and of those that it has seen end: what an emulator and its functions took.
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second, as Linux tells them to programs. */
const TICKS = 100;
const [GROUP, FIRST_TIME, TIMES] = [2, 11, 4];

/** Seconds so far. Zero where there is no /proc. */
export function groupSeconds(group: number): number {
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      // After the name in parentheses, which may hold anything.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
        .map(Number);
      if (fields[GROUP] !== group) continue;
      for (const value of fields.slice(FIRST_TIME, FIRST_TIME + TIMES)) ticks += value;
    } catch {
      // It has ended since the listing: its parent's figures hold it.
    }
  }
  return ticks / TICKS;
}
