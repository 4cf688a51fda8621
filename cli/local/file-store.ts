// Files of this machine as a read-only bucket.
import { statSync } from 'node:fs';
import { readBytes } from '#client/upload/read-bytes.ts';
import type { Store, StoredObject } from '#core/store/store.ts';

/** The content of a key: a file, or a text. */
export type Behind = { readonly versionId: string } & ({ readonly path: string } | { readonly text: string });

/** Reads only the requested ranges, so files may be larger than memory. */
export function fileStore(bucket: string, objects: ReadonlyMap<string, Behind>): Store {
  // The time of the upload, from which rules about ages count.
  const openedAt = new Date();
  const sizeOf = (behind: Behind) =>
    'path' in behind ? statSync(behind.path).size : new TextEncoder().encode(behind.text).length;
  const facts = (behind: Behind) => ({
    size: sizeOf(behind),
    etag: behind.versionId,
    versionId: behind.versionId,
    modifiedAt: openedAt,
  });
  const refused = () => Promise.reject(new Error(`${bucket} can only be read`));
  return {
    bucket,
    async get(key, { range } = {}): Promise<StoredObject | undefined> {
      const behind = objects.get(key);
      if (!behind) return undefined;
      const first = range?.first ?? 0;
      const end = Math.min((range?.last ?? Number.POSITIVE_INFINITY) + 1, sizeOf(behind));
      const body =
        'path' in behind
          ? readBytes(behind.path, first, Math.max(0, end - first))
          : new TextEncoder().encode(behind.text).subarray(first, end);
      return { body, ...facts(behind) };
    },
    async head(key) {
      const behind = objects.get(key);
      return behind && facts(behind);
    },
    put: refused,
    delete: refused,
    async *list(prefix) {
      for (const [key, behind] of objects) if (key.startsWith(prefix)) yield { key, ...facts(behind) };
    },
    async *listLatest(prefix) {
      for (const [key, behind] of objects) if (key.startsWith(prefix)) yield { key, ...facts(behind), deleted: false };
    },
  };
}
