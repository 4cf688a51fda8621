// Deletes a deployment: empties the buckets that go with the stack, then deletes the stack.
import { STACK_DESCRIPTION } from '#core/base/names.ts';
import type { Context } from '../context.ts';
import { ClientFailure } from '../failure.ts';
import type { DestroyOutput } from './output.ts';
import { isBucket, type StackState } from './stack.ts';

const POLL_MS = 5_000;
/** Access logs arrive for a while after a bucket was emptied, and CloudFormation deletes only an empty bucket. */
const MOST_TRIES = 3;

/**
 * Deletes every version of every object in the buckets that the template deletes with the stack, and then the stack. What the template
 * keeps is left as it is and named in the output. Nothing happens unless `confirm` resolves to true. Throws ClientFailure when the
 * stack is one of the user's own that contains goldpan, and when CloudFormation cannot delete it.
 */
export async function destroy(
  { deployment, clock }: Context,
  confirm: (planned: DestroyOutput) => Promise<boolean>,
): Promise<DestroyOutput> {
  const { stack } = deployment;
  if ((await stack.state())?.description !== STACK_DESCRIPTION)
    throw new ClientFailure(`The stack ${stack.name} is not goldpan's alone, so goldpan does not delete it.`, {
      next: 'Remove goldpan from the CDK app that made the stack, and deploy that.',
    });
  const resources = await stack.resources();
  const doomed = resources.filter((one) => isBucket(one) && !one.stays);
  const buckets: DestroyOutput['buckets'] = [];
  for (const { name } of doomed) buckets.push({ name, ...(await stack.count(name)) });
  const stays = resources.filter((one) => one.stays).map(({ type, name }) => ({ type, name }));
  const planned: DestroyOutput = { stack: stack.name, buckets, stays, destroyed: false };
  if (!(await confirm(planned))) return planned;
  let state: StackState | undefined;
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    for (const { name } of doomed) await stack.empty(name);
    await stack.delete();
    do {
      await clock.sleep(POLL_MS);
      state = await stack.state();
    } while (state?.status === 'DELETE_IN_PROGRESS');
    if (!state) return { ...planned, destroyed: true };
  }
  throw new ClientFailure(`The stack ${stack.name} was not deleted: ${state?.reason ?? state?.status}`, {
    next: 'Look at its events in CloudFormation, remove the cause, and run goldpan destroy again.',
  });
}
