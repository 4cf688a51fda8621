// Packs the files of a response in a zip. The same files give the same bytes, at any time and in any time zone.
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** The earliest time that a zip can store, in the local zone: zip times have no zone. */
const EPOCH = new Date(1980, 0, 1);
const MODE = 0o100644;

type ArchivedFile = { readonly name: string; readonly bytes: Uint8Array };

/** Stores files without compression, since they are compressed already. */
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
