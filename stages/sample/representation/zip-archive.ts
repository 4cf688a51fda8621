// Files of one answer in a zip: the same files are the same bytes, whenever and wherever they are packed.
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** The first moment that a zip can name, in whatever zone the process runs: zip times have none. */
const EPOCH = new Date(1980, 0, 1);
const MODE = 0o100644;

type ArchivedFile = { readonly name: string; readonly bytes: Uint8Array };

/** Stored, not deflated: what goes in is compressed already. */
export async function zipOf(files: readonly ArchivedFile[]): Promise<Uint8Array> {
  const zip = new ZipFile();
  for (const { name, bytes } of files) {
    zip.addBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), name, {
      mtime: EPOCH,
      mode: MODE,
      compress: false,
      forceDosTimestamp: true,
    });
  }
  zip.end();
  return buffer(zip.outputStream);
}
