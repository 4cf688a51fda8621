// What this process and those it started take, as Linux tells it.
import { readdirSync, readFileSync } from 'node:fs';

const TICKS_A_SECOND = 100;
const KIBIBYTES_A_MEBIBYTE = 1024;
/** Linux keeps the most that each held, so a look now and then is enough. Looks cost CPU time, which counts as ours: at 50 ms, 1 % of the clock. */
const WATCH_EVERY_MS = 250;

/** Of this process and of all that it started and that have ended. */
export function cpuSeconds(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // The name before may hold anything, so fields count from its closing bracket: user, system, and both of the children.
  const times = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15);
  return times.reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_A_SECOND;
}

/** The sum of the most that each process ever held, which is no less than what they held together. */
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

/** Zero for one that has ended meanwhile. */
function highWater(id: string): number {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) / KIBIBYTES_A_MEBIBYTE;
  } catch {
    return 0;
  }
}
