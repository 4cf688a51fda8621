// What a dataset is made of now, as one hash: the name under which the same work is found again.

import { hashOf } from '#core/base/hash.ts';
import { takeCensus } from '#core/ingest/inventory.ts';
import type { AssembleRequest } from '#core/snapshot/messages.ts';
import { SNAPSHOT_VERSION } from '#core/snapshot/snapshot.ts';
import type { Context } from '../context.ts';
import { readConfig } from '../datasets/read-status.ts';
import { CommandFailure } from '../failure.ts';

/** What decides a snapshot and its training: everything that counts now, the configuration in force, what was asked for, and how snapshots are made. */
export async function fingerprintOf({ cloud }: Context, request: Omit<AssembleRequest, 'attempt'>): Promise<string> {
  const { dataset } = request;
  const config = await readConfig(cloud.data, dataset);
  const census = await takeCensus(cloud.drop, cloud.data, dataset, config?.configId);
  if (!config || census.uploads.length === 0) {
    throw new CommandFailure(`There is no data in ${dataset}${config ? '' : ' yet, or none of it could be read'}.`, {
      next: `goldpan put <folder> --dataset ${dataset}; goldpan status ${dataset}`,
    });
  }
  const uploads = census.uploads.map(({ uploadId, state, verdictKeys }) => [uploadId, state, verdictKeys.length]);
  return hashOf({ version: SNAPSHOT_VERSION, request, uploads, config });
}

/** At most 80 characters, as Step Functions asks. */
export function assembleName(dataset: string, fingerprint: string, attempt: number): string {
  return `${dataset.slice(0, 40)}-${fingerprint.slice(0, 24)}-${attempt}`;
}
