// The parts of a document that is a zip archive inside: workbooks, Word documents, books. Nothing declared is believed.
import * as yauzl from 'yauzl';

const MIB = 2 ** 20;
const MOST_PARTS = 20_000;
/**
 * Maximum unpacked bytes of one part, and maximum ratio of unpacked to packed size; small parts are exempt from the ratio.
 */
const MOST_BYTES = 1024 * MIB;
const MOST_RATIO = 200;
const RATIO_FLOOR_BYTES = 8 * MIB;

/** Stops reading the whole document. The message is for people. */
export class BrokenDocumentError extends Error {}

export type ZipParts = {
  readonly names: readonly string[];
  /** Returns undefined if the part does not exist. Throws BrokenDocumentError, also during reading. */
  read(name: string): AsyncIterable<Uint8Array> | undefined;
  close(): void;
};

/** `source`: the path of a file, or its bytes. Throws BrokenDocumentError. */
export async function openZipParts(source: string | Uint8Array): Promise<ZipParts> {
  const options = { autoClose: false };
  const zip = await (typeof source === 'string'
    ? yauzl.openPromise(source, options)
    : yauzl.fromBufferPromise(Buffer.from(source.buffer, source.byteOffset, source.byteLength), options)
  ).catch((error: Error) => {
    throw new BrokenDocumentError(error.message);
  });
  const entries = new Map<string, yauzl.Entry>();
  try {
    for await (const entry of zip.eachEntry()) {
      if (entries.size > MOST_PARTS) throw new BrokenDocumentError(`more than ${MOST_PARTS} parts`);
      entries.set(entry.fileName, entry);
    }
  } catch (error) {
    zip.close();
    throw new BrokenDocumentError((error as Error).message);
  }
  return {
    names: [...entries.keys()],
    read(name) {
      const entry = entries.get(name);
      return entry && bytesOf(zip, entry);
    },
    close: () => zip.close(),
  };
}

async function* bytesOf(zip: yauzl.ZipFile, entry: yauzl.Entry): AsyncGenerator<Uint8Array> {
  if (entry.isEncrypted()) throw new BrokenDocumentError('a document with a password');
  const most = Math.min(MOST_BYTES, Math.max(RATIO_FLOOR_BYTES, entry.compressedSize * MOST_RATIO));
  if (entry.uncompressedSize > most) throw tooLarge(entry, most);
  let grown = 0;
  try {
    const stream = await zip.openReadStreamPromise(entry);
    for await (const chunk of stream) {
      grown += (chunk as Uint8Array).length;
      if (grown > most) throw tooLarge(entry, most);
      yield chunk as Uint8Array;
    }
  } catch (error) {
    if (error instanceof BrokenDocumentError) throw error;
    throw new BrokenDocumentError((error as Error).message);
  }
}

function tooLarge({ fileName, compressedSize }: yauzl.Entry, most: number): BrokenDocumentError {
  return new BrokenDocumentError(`${fileName}: ${compressedSize} bytes that unpack to more than ${most}`);
}
