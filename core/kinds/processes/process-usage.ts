// CPU time and memory of a child process on Linux; 0 on other systems and for a process that has ended.
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

const KIBIBYTE = 1024;
const TICKS_A_SECOND = 100;

/** Returns the resident memory in bytes. */
export function residentBytes(process: Pick<ChildProcess, 'pid'>): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readProc(process, 'status'))?.[1] ?? 0) * KIBIBYTE;
}

/** Returns the CPU time so far in milliseconds, of user and system together (proc(5), fields 14 and 15 of stat). */
export function cpuMs(process: Pick<ChildProcess, 'pid'>): number {
  const stat = readProc(process, 'stat');
  // The name of the program before the bracket may hold anything.
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return ((user + system) / TICKS_A_SECOND) * 1000;
}

/** No disk is read, so that waiting for an answer would cost more than the read. */
function readProc({ pid }: Pick<ChildProcess, 'pid'>, file: 'status' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}
