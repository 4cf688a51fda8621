// Reads the memory limit of this process's control group, and whether the kernel ended processes because of it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const MIB = 2 ** 20;
/** Version 1 reports "no limit" as the largest number of pages. */
const NO_LIMIT_MIB = 2 ** 40;

export type ContainerMemory = {
  /** Processes of this group that the kernel has ended because memory ran out, since the group was made. */
  readonly endedProcesses: number;
  /** Undefined if the group itself has no limit. */
  readonly limitMiB: number | undefined;
};

/**
 * Returns undefined where no control group is to be read. Understands both versions:
 * https://docs.kernel.org/admin-guide/cgroup-v2.html (memory.events), https://docs.kernel.org/admin-guide/cgroup-v1/memory.html
 */
export function readContainerMemory(
  folder = '/sys/fs/cgroup',
  ownGroups = readText('/proc/self/cgroup') ?? '',
): ContainerMemory | undefined {
  const path = (pattern: RegExp) => pattern.exec(ownGroups)?.[1] ?? '/';
  const first = path(/^\d+:memory:(.+)$/m);
  const second = path(/^0::(.+)$/m);
  // Inside a container the group is the root of the mounted tree; outside, the group's path leads to it.
  const candidates = [
    { folder: join(folder, 'memory', first), events: 'memory.oom_control', limit: 'memory.limit_in_bytes' },
    { folder: join(folder, 'memory'), events: 'memory.oom_control', limit: 'memory.limit_in_bytes' },
    { folder: join(folder, second), events: 'memory.events', limit: 'memory.max' },
    { folder, events: 'memory.events', limit: 'memory.max' },
  ];
  for (const { folder: group, events, limit } of candidates) {
    const ended = /^oom_kill (\d+)$/m.exec(readText(join(group, events)) ?? '')?.[1];
    if (ended === undefined) continue;
    const limitMiB = Number(readText(join(group, limit))) / MIB;
    return { endedProcesses: Number(ended), limitMiB: limitMiB < NO_LIMIT_MIB ? Math.floor(limitMiB) : undefined };
  }
  return undefined;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
