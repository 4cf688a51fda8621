// Whether a model family learns from the data of a dataset.
import { TRAINED_KINDS } from '#core/kinds/registry/definitions.ts';
import type { Deployment } from '../deployment.ts';
import { ClientFailure } from '../failure.ts';
import { readConfig } from './read-status.ts';

/** Throws ClientFailure where none does. A dataset without a configuration passes: it has no data to speak of yet. */
export async function refuseUntrainedKind({ data }: Pick<Deployment, 'data'>, dataset: string): Promise<void> {
  const kind = (await readConfig(data, dataset))?.config.kind;
  if (kind === undefined || TRAINED_KINDS.includes(kind)) return;
  throw new ClientFailure(
    `${dataset} holds ${kind} data. Models are trained on ${TRAINED_KINDS.join(', ')} data only.`,
    { next: `goldpan report ${dataset} seals a snapshot of the accepted items, to be used elsewhere.` },
  );
}
