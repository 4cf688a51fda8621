// A child process that reads what users uploaded, one file at a time: a file that ends it, hangs it or lets it grow costs itself only.
import { type ChildProcess, fork } from 'node:child_process';
import { cpuMs, residentBytes } from './process-usage.ts';
import { watchIdle } from './watch-idle.ts';

/** The first file also waits for the start of the process. */
const START_TIMEOUT_MS = 60_000;
const WATCH_MS = 100;

export type ChildLimits = {
  /** CPU time of the process for one file. Other processes on the machine do not affect it. */
  readonly timeoutMs: number;
  /** @default 60,000 */
  readonly startTimeoutMs?: number | undefined;
  readonly memoryBytes: number;
};
/** The process sends `started` when it begins with a request, then the answer with the same id. */
export type ChildReply<Answer> =
  | { readonly id: number; readonly started: true }
  | { readonly id: number; readonly started: false; readonly answer: Answer };

type ChildOptions<Answer> = {
  /** The program of the process, as source or bundled. It starts with the first request. */
  readonly entry: string;
  /** Limit of V8's heap. */
  readonly heapMiB: number;
  readonly limits: ChildLimits;
  /** A process that waits forever uses no CPU time; it is ended when it used none for this multiple of its limit, in wall time. */
  readonly clockOfCpu: number;
  /** Its name in errors: "the decoder". */
  readonly name: string;
  /** The answer for a file that ended the process or exceeded a limit. */
  readonly failed: (cause: 'ended' | 'slow' | 'memory') => Answer;
};
export type LimitedChild<Request, Answer> = {
  /** Callers wait for each answer. Throws if the process does not start, which is not an issue of the file. */
  ask(request: Request): Promise<Answer>;
  close(): void;
};

/** Starts a new process after each file that failed. */
export function openLimitedChild<Request extends object, Answer>(
  options: ChildOptions<Answer>,
): LimitedChild<Request, Answer> {
  let child: ChildProcess | undefined;
  let lastId = 0;
  const stop = () => {
    child?.kill('SIGKILL');
    child = undefined;
  };
  return {
    async ask(request) {
      const running = child ?? start(options.entry, options.heapMiB);
      child = running;
      try {
        const { answer, isBroken } = await exchange(running, { id: ++lastId, ...request }, options);
        if (isBroken) stop();
        return answer;
      } catch (error) {
        stop();
        throw error;
      }
    },
    close: stop,
  };
}

/** The process gets neither credentials nor settings, because its input may be hostile. */
function start(entry: string, heapMiB: number): ChildProcess {
  const child = fork(entry, [], {
    env: {},
    execArgv: [`--max-old-space-size=${heapMiB}`, '--disable-proto=delete', '--no-warnings'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.unref();
  child.channel?.unref();
  return child;
}

function exchange<Answer>(
  child: ChildProcess,
  request: { readonly id: number },
  { limits, clockOfCpu, name, failed }: ChildOptions<Answer>,
): Promise<{ readonly answer: Answer; readonly isBroken: boolean }> {
  return new Promise((resolve, reject) => {
    let begunAtMs: number | undefined;
    // On a busy machine a process waits for its turn, too: only time in which nothing of it ran counts.
    const idleMsOf = watchIdle(WATCH_MS);
    const stopListening = () => {
      clearTimeout(timer);
      clearInterval(watch);
      child.off('message', hear).off('exit', die).off('error', die);
    };
    const settle = (answer: Answer, isBroken: boolean) => {
      stopListening();
      resolve({ answer, isBroken });
    };
    const giveUp = (why: string) => {
      stopListening();
      reject(new Error(`${name} ${why}`));
    };
    const die = () => (begunAtMs === undefined ? giveUp('ended before it had begun') : settle(failed('ended'), true));
    const slow = () => settle(failed('slow'), true);
    const hear = (reply: ChildReply<Answer>) => {
      if (reply.id !== request.id) return;
      if (!reply.started) return settle(reply.answer, false);
      begunAtMs = cpuMs(child);
      clearTimeout(timer);
    };
    const timer = setTimeout(() => giveUp('does not start'), limits.startTimeoutMs ?? START_TIMEOUT_MS);
    const watch = setInterval(() => {
      if (residentBytes(child) > limits.memoryBytes) settle(failed('memory'), true);
      else if (begunAtMs !== undefined) {
        const used = cpuMs(child);
        if (used - begunAtMs > limits.timeoutMs || idleMsOf(used) > limits.timeoutMs * clockOfCpu) slow();
      }
    }, WATCH_MS);
    child.on('message', hear).once('exit', die).once('error', die);
    if (!child.send(request, (error) => error && die()) && !child.connected) die();
  });
}
