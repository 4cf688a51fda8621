// Content hashes of bytes and of JSON values.
import { createHash } from 'node:crypto';

/** Returns the lower-case hex SHA-256 of the chunks, in order. */
export function sha256(...chunks: (Uint8Array | string)[]): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
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
