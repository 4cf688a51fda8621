// Refuses datasets whose kind has no schema.
import { definitionOf } from '#core/kinds/registry/definitions.ts';
import type { Deployment } from '../../deployment.ts';
import { ClientFailure } from '../../failure.ts';
import { readConfig } from '../read-status.ts';

/** Throws ClientFailure for a dataset of a kind that has no schema. */
export async function refuseWithoutSchema({ data }: Pick<Deployment, 'data'>, dataset: string): Promise<void> {
  const kind = (await readConfig(data, dataset))?.config.kind;
  if (kind !== undefined && !definitionOf(kind).tabular)
    throw new ClientFailure(`${dataset} holds ${kind} data, which has no schema.`);
}
