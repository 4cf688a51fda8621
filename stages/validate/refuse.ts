// An upload on its way in, and the end of one that is refused whole.

import type { Refusal, Source } from '#core/ingest/messages.ts';
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
  state: 'ignored' | 'refused' | 'configured' | 'planned';
  uploadId: string;
  units: number;
};

export async function refuse(
  { data }: { readonly data: Store },
  { dataset, uploadId, source, path }: Upcoming,
  issues: readonly Issue[],
): Promise<ValidateOutcome> {
  const refusal: Refusal = {
    dataset,
    uploadId,
    source,
    issues: issues.map((issue) => ({ ...issue, place: { path, ...issue.place } })),
  };
  await writeOnce(data, keys.refused(dataset, uploadId), refusal);
  return { state: 'refused', uploadId, units: 0 };
}
