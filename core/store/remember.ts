// A store that caches immutable objects: a warm function reads the same configuration for each message.
import type { Store, StoredObject } from './store.ts';

const REMEMBERED = 16;

/** Caches the last few whole objects whose keys `isImmutable` accepts. Missing objects are not cached. */
export function rememberingStore(store: Store, isImmutable: (key: string) => boolean): Store {
  const held = new Map<string, StoredObject>();
  return {
    ...store,
    async get(key, options) {
      if (options || !isImmutable(key)) return store.get(key, options);
      const object = held.get(key) ?? (await store.get(key));
      if (!object) return undefined;
      held.delete(key);
      held.set(key, object);
      const [oldest] = held.keys();
      if (held.size > REMEMBERED && oldest !== undefined) held.delete(oldest);
      return { ...object, body: object.body.slice() };
    },
  };
}
