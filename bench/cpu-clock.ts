// Clocks that measure CPU time, so that the load of the machine does not affect trainings.
import type { Host } from '../containers/trainer/learn/channel.ts';

const MICROSECONDS_PER_MINUTE = 6e7;

/** Starts a clock; it returns the minutes of CPU time of all threads of this process since then. */
export function startCpuClock(): () => number {
  const start = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / MICROSECONDS_PER_MINUTE;
  };
}

/** One thread of a CPU whose time is that of the clock, in minutes. */
export function oneThreadHost(minutes: () => number): Host {
  const environment = { node: process.version, tensorflow: '', cpu: '', device: 'cpu', threads: 1 } as const;
  return { environment, hasBfloat16: false, cores: 1, now: () => minutes() * 60_000, memoryMiB: () => 0 };
}
