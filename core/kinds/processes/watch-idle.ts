// Tells a process that waits forever from one that waits for its turn on a busy machine.

/**
 * Returns a function that is called every `everyMs` with the CPU time that a process has used so far, in milliseconds, and returns how long
 * it used none. `isAsked`: whether the process has something to do; while it has not, it does not count as idle.
 */
export function watchIdle(everyMs: number): (usedMs: number, isAsked?: boolean) => number {
  let before = 0;
  let idleMs = 0;
  return (usedMs, isAsked = true) => {
    idleMs = usedMs > before || !isAsked ? 0 : idleMs + everyMs;
    before = usedMs;
    return idleMs;
  };
}
