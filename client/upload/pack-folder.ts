// Packs a folder as one archive. The same files always give the same bytes, so a repeated `put` is recognised.
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { ZipFile } from 'yazl';
import type { LocalFile } from './collect.ts';
import { captionLines } from './labelled/caption-lines.ts';

/** Compressed formats; compressing them again would cost time and save nothing. */
const PACKED = /\.(png|jpe?g|webp|gif|zip|gz|mp3|ogg|flac|parquet)$/i;
/** The earliest time a zip can store, in every time zone. */
const LAST_MODIFIED = new Date(1980, 0, 1);
const MODE = 0o100644;
const FILES_PER_TURN = 256;

/** Returns the bytes of the archive. `onFile` gets the number of files packed so far. */
export async function packFolder(
  files: readonly LocalFile[],
  onFile: (packed: number) => void = () => undefined,
): Promise<Uint8Array> {
  const zip = new ZipFile();
  const chunks: Buffer[] = [];
  const done = new Promise<void>((resolve, reject) => {
    zip.outputStream.on('data', (chunk: Buffer) => chunks.push(chunk));
    zip.outputStream.on('end', resolve);
    zip.outputStream.on('error', reject);
  });
  for (const [i, file] of files.entries()) {
    addEntry(zip, file.name, readFileSync(file.path));
    if (i % FILES_PER_TURN !== 0) continue;
    onFile(i);
    await setImmediate();
  }
  const captions = captionLines(files);
  if (captions) addEntry(zip, captions.name, captions.bytes);
  zip.end();
  await done;
  return Buffer.concat(chunks);
}

/** Adds an entry without the time and place of its origin, so that equal files give equal archives. */
export function addEntry(zip: ZipFile, name: string, bytes: Buffer): void {
  zip.addBuffer(bytes, name, {
    mtime: LAST_MODIFIED,
    forceDosTimestamp: true,
    mode: MODE,
    compress: !PACKED.test(name),
  });
}
