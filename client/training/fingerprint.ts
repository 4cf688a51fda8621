// The present content of a dataset as one hash: the name under which the same work is found again.

import { hashOf } from '#core/base/hash.ts';
import { takeInventory } from '#core/ingest/inventory.ts';
import type { AssembleRequest } from '#core/snapshot/messages.ts';
import { SNAPSHOT_VERSION } from '#core/snapshot/snapshot.ts';
import type { Context } from '../context.ts';
import { adviseOnUnknown } from '../datasets/list-datasets.ts';
import { readConfig } from '../datasets/read-status.ts';
import { ClientFailure } from '../failure.ts';

/**
 * Hashes everything that decides a snapshot and its training: the uploads, the configuration in force, the request, and the snapshot
 * format.
 */
export async function datasetFingerprint(
  { deployment }: Context,
  request: Omit<AssembleRequest, 'attempt'>,
): Promise<string> {
  const { dataset } = request;
  const config = await readConfig(deployment.data, dataset);
  const inventory = await takeInventory(deployment.drop, deployment.data, dataset, config?.configId);
  if (!config || inventory.uploads.length === 0) {
    throw new ClientFailure(`There is no data in ${dataset}${config ? '' : ' yet, or none of it could be read'}.`, {
      next: config ? `goldpan status ${dataset}` : await adviseOnUnknown(deployment, dataset),
    });
  }
  const uploads = inventory.uploads.map(({ uploadId, state, verdictKeys }) => [uploadId, state, verdictKeys.length]);
  return hashOf({ version: SNAPSHOT_VERSION, request, uploads, config });
}

/** Returns at most 80 characters, the limit of Step Functions. */
export function assembleName(dataset: string, fingerprint: string, attempt: number): string {
  return `${dataset.slice(0, 40)}-${fingerprint.slice(0, 24)}-${attempt}`;
}
