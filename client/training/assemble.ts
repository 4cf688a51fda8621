// Starts one execution of assemble, or follows the one that there is: the same data and settings are the same execution.
import { type AssembleRequest, Sealed } from '#core/snapshot/messages.ts';
import type { Context } from '../context.ts';
import { ClientFailure } from '../failure.ts';
import { assembleName } from './fingerprint.ts';
import { followExecution } from './follow-execution.ts';

/** `sealed` undefined: an earlier execution of this attempt failed, so the next attempt is to be tried. */
export type Assembled = { readonly begun: 'started' | 'exists'; readonly sealed: Sealed | undefined };

/** Waits for the execution of the request's attempt. Throws ClientFailure if it was started here and failed. */
export async function assemble(context: Context, fingerprint: string, request: AssembleRequest): Promise<Assembled> {
  const { deployment, notify, clock } = context;
  const { dataset, attempt } = request;
  const name = assembleName(dataset, fingerprint, attempt);
  const begun = await deployment.assemble.start(name, request);
  const startedAt = clock.now();
  const { status, output, cause } = await followExecution(deployment.assemble, name, clock, () =>
    notify({ type: 'still', activity: 'assemble', sinceMs: clock.now() - startedAt }),
  );
  notify({ type: 'finished', activity: 'assemble' });
  if (status === 'SUCCEEDED') return { begun, sealed: Sealed.parse(output) };
  if (begun === 'started') throw assembleFailure(dataset, cause ?? status);
  return { begun, sealed: undefined };
}

export function assembleFailure(dataset: string, cause: string): ClientFailure {
  return new ClientFailure(`Assembling ${dataset} failed: ${cause}`, {
    next: 'Try again; if it fails again, look at the execution in Step Functions.',
  });
}
