// The files of a unit: the dropped image itself, or a slice of the archive, read in ranges.
import { type ReadRange, readArchive } from './archive.ts';
import type { Issue } from './issues.ts';
import type { UnitMessage } from './messages/ingest.ts';
import type { Store } from './store/store.ts';
import { unpackFiles } from './unpack.ts';

/** `path` is relative to the dataset or the archive. */
export type SourceFile = { readonly path: string } & (
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly issue: Issue }
);

/** The version that the message names is no longer there. */
export class SupersededError extends Error {}

/** Files in the unit's order. Throws SupersededError. */
export async function* sourceFiles(drop: Store, message: UnitMessage): AsyncGenerator<SourceFile> {
  const { source, slice, dataset } = message;
  const readRange = rangesOf(drop, message);
  const path = source.key.slice(dataset.length + 1);
  if (slice.type === 'object') {
    yield { path, ok: true, bytes: await readRange(0, source.size - 1) };
    return;
  }
  const archive = await readArchive(source.size, readRange);
  if (!archive.ok) {
    yield { path, ok: false, issue: { ...archive.issue, place: { path } } };
    return;
  }
  const files = archive.files.slice(slice.firstEntry, slice.firstEntry + slice.entryCount);
  for await (const { file, ...unpacked } of unpackFiles(files, readRange)) yield { path: file.path, ...unpacked };
}

function rangesOf(drop: Store, { source: { key, versionId } }: UnitMessage): ReadRange {
  return async (first, last) => {
    const object = await drop.get(key, { versionId, range: { first, last } });
    if (!object) throw new SupersededError(`version ${versionId} is gone`);
    return object.body;
  };
}
