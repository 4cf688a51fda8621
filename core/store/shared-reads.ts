// A store that asks S3 once for each object, for as long as one batch is worked on.
import type { Store, StoredObject } from './store.ts';

/** Whole objects that `isShared` selects are read once and remembered, absence included, until the wrapper is dropped. */
export function sharedReads(store: Store, isShared: (key: string) => boolean): Store {
  const asked = new Map<string, Promise<StoredObject | undefined>>();
  return {
    ...store,
    async get(key, options) {
      if (options || !isShared(key)) return store.get(key, options);
      const answer = asked.get(key) ?? store.get(key);
      asked.set(key, answer);
      const object = await answer;
      return object && { ...object, body: object.body.slice() };
    },
  };
}
