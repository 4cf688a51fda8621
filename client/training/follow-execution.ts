// Waits for an execution of a state machine. A name always stands for the same work, so an existing execution is followed.

import type { Clock } from '../context.ts';
import { ClientFailure } from '../failure.ts';
import type { Execution, Machine } from '../machine.ts';

const POLL_MS = 400;
const SLOW_POLL_MS = 2_000;
const SLOW_AFTER_MS = 20_000;
/** A new execution may not be listed at once. */
const APPEARS_WITHIN_MS = 30_000;

/** `tick` is called at each poll. Throws ClientFailure if the execution does not exist. */
export async function followExecution(
  machine: Machine,
  name: string,
  clock: Clock,
  tick: () => void = () => undefined,
): Promise<Execution> {
  const startedAt = clock.now();
  for (;;) {
    const execution = await machine.describe(name);
    if (execution && execution.status !== 'RUNNING') return execution;
    if (!execution && clock.now() - startedAt > APPEARS_WITHIN_MS)
      throw new ClientFailure(`There is no execution named ${name}.`);
    tick();
    await clock.sleep(clock.now() - startedAt > SLOW_AFTER_MS ? SLOW_POLL_MS : POLL_MS);
  }
}
