// Ctrl-C, a polite kill, or the end of whoever started this: all mean to tidy up and stop.
import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const PARENT_CHECK_MS = 500;

export type Interruption = {
  readonly signal: AbortSignal;
  /** Never resolves; rejects when interrupted. */
  readonly promise: Promise<never>;
  /** 128 + signal, as shells expect it; undefined without an interruption. */
  exitCode(): number | undefined;
};

/** A shell between npm and this process does not pass a signal on, so the loss of the parent counts as one. */
export function onInterrupt(): Interruption {
  const abort = new AbortController();
  let code: number | undefined;
  const promise = new Promise<never>((_resolve, reject) => {
    const interrupt = (name: (typeof SIGNALS)[number]) => {
      code ??= 128 + constants.signals[name];
      abort.abort();
      reject(new Error(`interrupted by ${name}`));
    };
    for (const name of SIGNALS) process.on(name, () => interrupt(name));
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && interrupt('SIGHUP'), PARENT_CHECK_MS).unref();
  });
  promise.catch(() => undefined);
  return { signal: abort.signal, promise, exitCode: () => code };
}
