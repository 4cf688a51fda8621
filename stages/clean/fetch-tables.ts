// The tables of a unit on the scratch disk: the object itself, streamed, or files of an archive.
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { UnitMessage } from '#core/ingest/messages.ts';
import { SupersededError, sourceFiles } from '#core/ingest/unit-files.ts';
import type { Issue } from '#core/kinds/define/issue.ts';
import type { Store } from '#core/store/store.ts';

const RANGE_BYTES = 16 * 2 ** 20;
const NAME = 'source';

/** `file` is overwritten by the next. */
export type FetchedTable = { readonly path: string } & (
  | { readonly ok: true; readonly file: string }
  | { readonly ok: false; readonly issue: Issue }
);

/** Fetches the tables one after the other. Throws SupersededError. */
export async function* fetchTables(drop: Store, message: UnitMessage, folder: string): AsyncGenerator<FetchedTable> {
  const file = join(folder, NAME);
  if (message.slice.type === 'object') {
    yield await fetchObject(drop, message, file);
    return;
  }
  for await (const source of sourceFiles(drop, message)) {
    const { path } = source;
    if (!source.ok) yield source;
    else if (source.bytes.length === 0) yield { path, ok: false, issue: { code: 'upload.empty', place: { path } } };
    else {
      await writeFile(file, source.bytes);
      yield { path, ok: true, file };
    }
  }
}

/** No more than a range is in memory. */
async function fetchObject(drop: Store, { source, dataset }: UnitMessage, file: string): Promise<FetchedTable> {
  const { key, versionId, size } = source;
  const handle = await open(file, 'w');
  try {
    for (let first = 0; first < size; first += RANGE_BYTES) {
      const range = { first, last: Math.min(first + RANGE_BYTES, size) - 1 };
      const object = await drop.get(key, { versionId, range });
      if (!object) throw new SupersededError(`version ${versionId} was deleted`);
      await handle.write(object.body);
    }
  } finally {
    await handle.close();
  }
  return { path: key.slice(dataset.length + 1), ok: true, file };
}
