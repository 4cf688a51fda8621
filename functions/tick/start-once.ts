// Starts an execution unless one with the same name is running or has run.
import type { AssembleRequest } from '#core/snapshot/messages.ts';

/** Name of the error for a name that is taken. Step Functions keeps names for 90 days. */
const THERE = 'ExecutionAlreadyExists';

export function startOnce(start: (name: string, request: AssembleRequest) => Promise<unknown>) {
  return async (name: string, request: AssembleRequest): Promise<void> => {
    try {
      await start(name, request);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== THERE) throw error;
    }
  };
}
