// Content hashes of bytes and of JSON values.
import { createHash } from 'node:crypto';

const NAME_CHARACTERS = 16;

/** Returns the lower-case hex SHA-256 of the chunks, in order. */
export function sha256(...chunks: (Uint8Array | string)[]): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

/** Like sha256, of chunks that arrive one after the other. */
export async function sha256OfPieces(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

/** Returns the SHA-256 of a JSON value, independent of the order of its keys. */
export function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** Returns JSON with sorted keys and without white space; `undefined` members are omitted. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** Returns the short name of a content from its SHA-256: 64 bits in hexadecimal digits. */
export function contentName(sha: string): string {
  return sha.slice(0, NAME_CHARACTERS);
}

/** Returns the SHA-256 of an image: its pixels and their shape, whatever file they came in. `pixels`: uint8 [height, width, channels]. */
export function imageHash(
  { width, height, channels }: { readonly width: number; readonly height: number; readonly channels: number },
  pixels: Uint8Array,
): string {
  return sha256(`${width}x${height}x${channels}:`, pixels);
}
