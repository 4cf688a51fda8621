// Waits for an execution of a state machine. The same name is always the same work, so an execution that exists is followed.

import type { Clock } from '../context.ts';
import type { Execution, Machine } from '../deployment.ts';
import { CommandFailure } from '../failure.ts';

const POLL_MS = 400;
const SLOW_POLL_MS = 2_000;
const SLOW_AFTER_MS = 20_000;
/** A new execution may not be listed at once. */
const APPEARS_WITHIN_MS = 30_000;

/** `tick` is called at each look. Throws CommandFailure when there is no such execution. */
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
      throw new CommandFailure(`There is no execution named ${name}.`);
    tick();
    await clock.sleep(clock.now() - startedAt > SLOW_AFTER_MS ? SLOW_POLL_MS : POLL_MS);
  }
}
