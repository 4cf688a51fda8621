// While a job runs: keeps its message hidden from other workers, and stops the job when its execution has ended.
import type { WorkerDeps } from './worker-deps.ts';

export type HeldMessage = {
  readonly taskToken: string;
  readonly hiddenSeconds: number;
  /** Keeps the message hidden for a while longer. */
  readonly extend: () => Promise<void>;
};

/** `stop` is called when the worker is asked to stop, and when the execution has ended. Call `end` when the job has ended. */
export function keepHidden(
  { callbacks, notify, stopping }: Pick<WorkerDeps, 'callbacks' | 'notify' | 'stopping'>,
  { taskToken, hiddenSeconds, extend }: HeldMessage,
  stop: () => void,
): { readonly isOrphaned: () => boolean; readonly end: () => void } {
  let orphaned = false;
  if (stopping.aborted) stop();
  else stopping.addEventListener('abort', stop, { once: true });
  const beat = async () => {
    if ((await callbacks.beat(taskToken)) === 'waiting') return extend();
    orphaned = true;
    stop();
  };
  const beating = setInterval(
    () => {
      void beat().catch((error: Error) => notify({ type: 'extension-failed', reason: error.message }));
    },
    (hiddenSeconds * 1000) / 3,
  );
  return {
    isOrphaned: () => orphaned,
    end() {
      clearInterval(beating);
      stopping.removeEventListener('abort', stop);
    },
  };
}
