// Packs the folder of an export as one zip file, file by file from the disk. The same files give the same bytes.
import { createWriteStream } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

const PACKED = /\.(png|parquet)$/;
/** The earliest time a zip can store, in every time zone. */
const LAST_MODIFIED = new Date(1980, 0, 1);
const MODE = 0o100644;

/** Packs the files that SHA256SUMS lists, and SHA256SUMS itself. */
export async function packExport(folder: string, out: string): Promise<void> {
  const sums = await readFile(join(folder, 'SHA256SUMS'), 'utf8');
  const paths = [...sums.matchAll(/^[0-9a-f]{64} {2}(.+)$/gm)].map(([, path = '']) => path);
  const zip = new ZipFile();
  for (const path of [...paths, 'SHA256SUMS'])
    zip.addFile(join(folder, path), path, {
      mtime: LAST_MODIFIED,
      forceDosTimestamp: true,
      mode: MODE,
      compress: !PACKED.test(path),
    });
  zip.end();
  const unfinished = `${out}.unfinished`;
  await pipeline(zip.outputStream, createWriteStream(unfinished));
  await rename(unfinished, out);
}
