// The pointer of a rollup: its current and retired files. It only moves from the version that was read.
import { canonicalJson } from '#core/base/hash.ts';
import type { RolledUp } from '#core/ingest/rollup.ts';
import type { Rollup, RollupFile } from '#core/ingest/rollup-messages.ts';
import { keys } from '#core/store/keys.ts';
import type { Store } from '#core/store/store.ts';
import type { RollupScope } from './rolled-writer.ts';

/** Longer than any assemble, which may use an older pointer, including the time until a failed one is started again. */
export const KEEP_RETIRED_MS = 7 * 24 * 3_600_000;

export type Pointer = RolledUp['pointer'];
type PointerFiles = Pick<Rollup, 'files' | 'retired'>;

export function pointerFiles(pointer: Pointer): PointerFiles {
  return pointer?.value ?? { files: [], retired: [] };
}

/** Writes the pointer if it is still `from`; returns undefined if another call moved it. */
export async function movePointer(
  data: Store,
  { dataset, configId }: RollupScope,
  from: Pointer,
  { files, retired }: PointerFiles,
): Promise<Pointer> {
  const generation = (from?.value.generation ?? 0) + 1;
  const value: Rollup = { schemaVersion: 1, dataset, configId, generation, files, retired };
  const put = await data.put(keys.rollup(dataset, configId), canonicalJson(value), {
    when: from ? { etag: from.etag } : 'absent',
    contentType: 'application/json',
  });
  return put.status === 'written' ? { value, etag: put.etag } : undefined;
}

/** Returns the keys of merged files that none of the remaining files uses. */
export function retire(
  merged: readonly { readonly key: string; readonly file: RollupFile }[],
  left: readonly RollupFile[],
  at: string,
): Rollup['retired'] {
  const used = new Set(left.flatMap(({ parts }) => parts.map(({ key }) => key)));
  const keysOf = merged.flatMap(({ key, file }) => [key, ...file.parts.map((part) => part.key)]);
  return keysOf.filter((key) => !used.has(key)).map((key) => ({ key, at }));
}

/** Deletes what has been out of use for long enough. The pointer moves first: whoever loses that race deletes nothing. */
export async function removeRetired(
  data: Store,
  scope: RollupScope,
  { pointer, files }: { readonly pointer: Pointer; readonly files: readonly RollupFile[] },
  nowMs: number,
): Promise<void> {
  const { files: kept, retired } = pointerFiles(pointer);
  const isDue = ({ at }: Rollup['retired'][number]) => Date.parse(at) + KEEP_RETIRED_MS <= nowMs;
  const due = retired.filter(isDue);
  if (due.length === 0) return;
  const moved = await movePointer(data, scope, pointer, {
    files: kept,
    retired: retired.filter((one) => !isDue(one)),
  });
  if (!moved) return;
  // Files are named by their content, so one may have come back.
  const used = new Set([...kept.map(({ key }) => key), ...files.flatMap(({ parts }) => parts.map(({ key }) => key))]);
  for (const { key } of due) if (!used.has(key)) await data.delete(key);
}
