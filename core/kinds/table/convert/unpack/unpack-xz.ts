// Unpacks xz as a stream.
import { Readable } from 'node:stream';

/** Throws Error for damaged bytes. */
export async function* xzChunks(packed: Readable): AsyncGenerator<Uint8Array> {
  // A CommonJS module, whose exports Node offers as the default one and bundlers by their names, too.
  const { default: loaded } = (await import('xz-decompress')) as unknown as { default: typeof import('xz-decompress') };
  const { XzReadableStream } = loaded;
  const stream = new XzReadableStream(Readable.toWeb(packed) as ReadableStream<Uint8Array>);
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}
