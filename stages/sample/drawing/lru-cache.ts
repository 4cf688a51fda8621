// LRU caches for loaded models, so that consecutive calls do not load the same model again. Several caches share one limit on bytes:
// how many models fit depends on how large they are.

export type Recent<T> = {
  /**
   * Calls `work` with the value of a key and loads the value if needed. The value is not disposed before `work` has
   * ended.
   */
  use<R>(key: string, load: () => Promise<Loaded<T>>, work: (value: T) => R | Promise<R>): Promise<R>;
};
/** `bytes`: of the files that the value was made from. */
export type Loaded<T> = { readonly value: T; readonly bytes: number };

/** The entries of all caches that share one limit, the least recently used first. */
export type CacheSpace = { readonly limitBytes: number; readonly held: Set<Held> };
type Held = { bytes: number; drop(): Promise<void> };

export function cacheSpace(limitBytes: number): CacheSpace {
  return { limitBytes, held: new Set() };
}

/**
 * Creates an LRU cache. Concurrent users of a key share one load; a failed load is forgotten. The entry used last stays even if it alone
 * exceeds the limit. `dispose` releases what the garbage collector does not see, such as memory outside the heap.
 */
export function lruCache<T>(
  { limitBytes, held }: CacheSpace,
  dispose: (value: T) => Promise<void> = async () => {},
): Recent<T> {
  type Entry = Held & { readonly loaded: Promise<Loaded<T>>; users: number; dropped: boolean };
  const entries = new Map<string, Entry>();

  function entryOf(key: string, loaded: Promise<Loaded<T>>): Entry {
    const entry: Entry = {
      loaded,
      bytes: 0,
      users: 0,
      dropped: false,
      async drop() {
        // The key may hold a newer entry by now.
        if (entries.get(key) === entry) entries.delete(key);
        held.delete(entry);
        entry.dropped = true;
        if (entry.users === 0) await dispose((await loaded).value);
      },
    };
    entries.set(key, entry);
    return entry;
  }

  async function makeRoom(last: Entry): Promise<void> {
    let bytes = [...held].reduce((sum, entry) => sum + entry.bytes, 0);
    for (const entry of [...held]) {
      if (bytes <= limitBytes) return;
      // An entry without bytes is still being loaded; another call may have let go of one meanwhile.
      if (entry === last || entry.bytes === 0 || !held.has(entry)) continue;
      bytes -= entry.bytes;
      await entry.drop();
    }
  }

  return {
    async use(key, load, work) {
      const entry = entries.get(key) ?? entryOf(key, load());
      held.delete(entry);
      held.add(entry);
      entry.users++;
      let isLoaded = false;
      try {
        const { value, bytes } = await entry.loaded;
        entry.bytes = Math.max(1, bytes);
        isLoaded = true;
        return await work(value);
      } finally {
        entry.users--;
        if (!isLoaded) {
          held.delete(entry);
          if (entries.get(key) === entry) entries.delete(key);
        } else if (entry.dropped) await entry.drop();
        else await makeRoom(entry);
      }
    },
  };
}
