// What the archives hold that `put` makes.
import { readFileSync } from 'node:fs';
import { unpackFiles } from '#core/ingest/archive/unpack.ts';
import { readArchive } from '#core/ingest/archive/zip.ts';

/** Yields every file of the archives that can be unpacked. Throws where one of them is no archive. */
export async function* archivedFiles(
  archives: readonly { readonly path: string }[],
): AsyncGenerator<{ readonly path: string; readonly bytes: Uint8Array }> {
  for (const { path } of archives) {
    const bytes = readFileSync(path);
    const readRange = async (first: number, last: number) => bytes.subarray(first, last + 1);
    const archive = await readArchive(bytes.length, readRange);
    if (!archive.ok) throw new Error('the archive cannot be read');
    for await (const one of unpackFiles(archive.files, readRange))
      if (one.ok) yield { path: one.file.path, bytes: one.bytes };
  }
}
