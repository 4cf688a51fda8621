// A bucket in a folder, so that it outlives a trainer that is killed: whole objects or none, and conditional writes, as in S3.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '#core/base/hash.ts';
import type { ListedObject, Store } from '#core/store/store.ts';

export function folderStore(folder: string): Store {
  mkdirSync(join(folder, 'objects'), { recursive: true });
  const fileOf = (key: string) => join(folder, 'objects', encodeURIComponent(key));
  const read = (key: string): Uint8Array | undefined => {
    try {
      return new Uint8Array(readFileSync(fileOf(key)));
    } catch {
      return undefined;
    }
  };
  const list = async function* (prefix: string): AsyncIterable<ListedObject> {
    const keys = readdirSync(join(folder, 'objects')).map(decodeURIComponent);
    for (const key of keys.filter((each) => each.startsWith(prefix)).sort()) {
      const body = read(key) as Uint8Array;
      yield { key, size: body.length, etag: sha256(body), modifiedAt: statSync(fileOf(key)).mtime };
    }
  };
  return {
    bucket: folder,
    async get(key) {
      const body = read(key);
      return body && { body, size: body.length, etag: sha256(body), versionId: undefined };
    },
    async head(key) {
      const body = read(key);
      return body && { size: body.length, etag: sha256(body), versionId: undefined, modifiedAt: new Date(0) };
    },
    async put(key, body, { when = 'any' } = {}) {
      const there = read(key);
      const isRefused =
        when === 'absent' ? there !== undefined : when !== 'any' && (!there || sha256(there) !== when.etag);
      if (isRefused) return { status: 'refused' };
      const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
      const half = join(folder, `half-${process.pid}`);
      writeFileSync(half, bytes);
      renameSync(half, fileOf(key));
      return { status: 'written', etag: sha256(bytes) };
    },
    async delete(key) {
      rmSync(fileOf(key), { force: true });
    },
    list,
    async *listLatest(prefix) {
      for await (const object of list(prefix)) yield { ...object, versionId: 'null', deleted: false };
    },
  };
}
