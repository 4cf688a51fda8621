// Starting what may be running, or have run, under the same name.
import type { AssembleRequest } from '#core/snapshot/messages.ts';

/** Step Functions keeps a name for 90 days; asking for it again is answered with this. */
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
