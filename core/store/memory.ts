// An in-memory bucket with the semantics of S3: versions, conditional writes, ETags by content, lists in UTF-8 order.
import { createHash } from 'node:crypto';
import { keyTree } from './key-tree.ts';
import type { LatestVersion, Store, WriteCondition } from './store.ts';

type Version = { versionId: string; body: Uint8Array; etag: string; modifiedAt: Date; deleted: boolean };

/** Creates an in-memory store. `now` returns modification times; versions are kept only if `versioned`. */
export function memoryStore({ bucket = 'memory', versioned = false, now = () => new Date(0) } = {}): Store {
  const objects = new Map<string, Version[]>();
  const names = keyTree();
  let lastVersion = 0;

  const latest = (key: string): Version | undefined => objects.get(key)?.at(-1);
  const present = (key: string): Version | undefined => (latest(key)?.deleted ? undefined : latest(key));
  const find = (key: string, versionId?: string) =>
    versionId === undefined
      ? present(key)
      : objects.get(key)?.find((version) => version.versionId === versionId && !version.deleted);
  const add = (key: string, body: Uint8Array, deleted: boolean): Version => {
    const version = {
      versionId: versioned ? `v${String(++lastVersion).padStart(8, '0')}` : 'null',
      body,
      etag: etagOf(body),
      modifiedAt: now(),
      deleted,
    };
    if (!objects.has(key)) names.add(key);
    objects.set(key, versioned ? [...(objects.get(key) ?? []), version] : [version]);
    return version;
  };

  return {
    bucket,
    async get(key, { versionId, range, ifMatch } = {}) {
      const version = find(key, versionId);
      if (!version || (ifMatch !== undefined && ifMatch !== version.etag)) return undefined;
      const body = range ? version.body.subarray(range.first, range.last + 1) : version.body;
      return {
        body: new Uint8Array(body),
        size: version.body.length,
        etag: version.etag,
        versionId: versioned ? version.versionId : undefined,
      };
    },
    async head(key, { versionId } = {}) {
      const version = find(key, versionId);
      return (
        version && {
          size: version.body.length,
          etag: version.etag,
          versionId: versioned ? version.versionId : undefined,
          modifiedAt: version.modifiedAt,
        }
      );
    },
    async put(key, body, { when = 'any' } = {}) {
      if (!holds(when, present(key))) return { status: 'refused' };
      const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body);
      return { status: 'written', etag: add(key, bytes, false).etag };
    },
    async delete(key, { versionId } = {}) {
      if (versionId !== undefined) {
        const kept = (objects.get(key) ?? []).filter((version) => version.versionId !== versionId);
        if (kept.length > 0) objects.set(key, kept);
        else if (objects.delete(key)) names.remove(key);
      } else if (!versioned) {
        objects.delete(key);
        names.remove(key);
      } else if (present(key)) add(key, new Uint8Array(), true);
    },
    async *list(prefix, { startAfter } = {}) {
      for (const key of names.under(prefix)) {
        const version = present(key);
        if (version && (startAfter === undefined || isAfter(key, startAfter))) {
          yield { key, size: version.body.length, etag: version.etag, modifiedAt: version.modifiedAt };
        }
      }
    },
    async *listLatest(prefix): AsyncIterable<LatestVersion> {
      for (const key of names.under(prefix)) {
        const newest = latest(key);
        if (!newest) continue;
        const { body, etag, modifiedAt, versionId, deleted } = newest;
        yield { key, size: body.length, etag, modifiedAt, versionId, deleted };
      }
    },
  };
}

function holds(when: WriteCondition, there: Version | undefined): boolean {
  if (when === 'any') return true;
  return when === 'absent' ? there === undefined : there?.etag === when.etag;
}

function isAfter(key: string, startAfter: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(startAfter)) > 0;
}

function etagOf(body: Uint8Array): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
