// An upload on its way in, and the end of one that is refused whole.

import type { DEFERRED, Source, UploadRefusal } from '#core/ingest/messages.ts';
import type { Issue } from '#core/kinds/define/issue.ts';
import { writeOnce } from '#core/store/json.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';

/** `path`: relative to the dataset. `start`: the first bytes, where they were read. `plain`: they show that it is no archive. */
export type Upcoming = {
  readonly dataset: string;
  readonly path: string;
  readonly uploadId: string;
  readonly source: Source;
  readonly start: Uint8Array | undefined;
  readonly plain: boolean;
};
export type ValidateOutcome = {
  state: 'ignored' | 'refused' | 'configured' | 'planned' | typeof DEFERRED;
  uploadId: string;
  units: number;
};

/** A plan of the upload wins: both the refusal and the plan are written before the other is looked for. */
export async function refuse(
  { data }: { readonly data: Store },
  { dataset, uploadId, source, path }: Upcoming,
  issues: readonly Issue[],
): Promise<ValidateOutcome> {
  const refusal: UploadRefusal = {
    schemaVersion: 1,
    dataset,
    uploadId,
    source,
    issues: issues.map((issue) => ({ ...issue, place: { path, ...issue.place } })),
  };
  await writeOnce(data, keys.refused(dataset, uploadId), refusal);
  if (!(await data.head(keys.upload(dataset, uploadId)))) return { state: 'refused', uploadId, units: 0 };
  await withdrawRefusal(data, dataset, uploadId);
  return { state: 'planned', uploadId, units: 0 };
}

/** Withdraws the refusal of an upload that is planned after all. Removing a missing refusal is not an error. */
export function withdrawRefusal(data: Store, dataset: string, uploadId: string): Promise<void> {
  return data.delete(keys.refused(dataset, uploadId));
}
