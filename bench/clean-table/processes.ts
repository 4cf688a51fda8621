// CPU time and memory of this process and its children, as Linux reports them.
import { readdirSync, readFileSync } from 'node:fs';

const TICKS_A_SECOND = 100;
const KIBIBYTES_A_MEBIBYTE = 1024;
/** Linux records the peak of each process, so it is read rarely: reading costs CPU time that counts as goldpan's, 1 % at every 50 ms. */
const WATCH_EVERY_MS = 250;

/** CPU time of this process and of its children that have ended. */
export function cpuSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // The name may contain anything, so fields are counted from its closing bracket: user, system, and both of the children.
  const times = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15);
  return times.reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_A_SECOND;
}

/** Watches the processes. `stop` returns the sum of their peaks, an upper bound of their common peak. */
export function watchMemory(): { readonly stop: () => number } {
  const most = new Map<string, number>();
  const look = () => {
    for (const id of [String(process.pid), ...children()]) most.set(id, Math.max(most.get(id) ?? 0, highWater(id)));
  };
  look();
  const timer = setInterval(look, WATCH_EVERY_MS);
  return {
    stop() {
      look();
      clearInterval(timer);
      return [...most.values()].reduce((sum, one) => sum + one, 0);
    },
  };
}

function children(): string[] {
  return readdirSync('/proc/self/task').flatMap((task) => {
    const list = readFileSync(`/proc/self/task/${task}/children`, 'utf8').trim();
    return list === '' ? [] : list.split(' ');
  });
}

/** Returns 0 if the process has ended. */
function highWater(id: string): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) / KIBIBYTES_A_MEBIBYTE;
  } catch {
    return 0;
  }
}
