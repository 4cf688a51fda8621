// Content addressing: one way to hash bytes, one way to hash a value.
import { createHash } from 'node:crypto';

/** Lower-case hex SHA-256 of the chunks, in order. */
export function sha256(...chunks: (Uint8Array | string)[]): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

/** SHA-256 of a JSON value that does not depend on the order of its keys. */
export function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** JSON with sorted keys and no white space; `undefined` members are left out, as in JSON itself. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
