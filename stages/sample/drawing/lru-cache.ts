// An LRU cache for loaded models, so that consecutive calls do not load the same model again.

export type Recent<T> = {
  /**
   * Calls `work` with the value of a key and loads the value if needed. The value is not disposed before `work` has
   * ended.
   */
  use<R>(key: string, load: () => Promise<T>, work: (value: T) => R | Promise<R>): Promise<R>;
};

type Held<T> = { readonly value: Promise<T>; users: number; dropped: boolean };

/**
 * Creates an LRU cache. Concurrent users of a key share one load; a failed load is forgotten. `dispose` releases what
 * the garbage collector does not see, such as memory outside the heap.
 */
export function lruCache<T>(capacity: number, dispose: (value: T) => Promise<void> = async () => {}): Recent<T> {
  const held = new Map<string, Held<T>>();

  /** The key may hold a newer entry by now. */
  function forget(key: string, entry: Held<T>): void {
    if (held.get(key) === entry) held.delete(key);
  }

  async function drop(key: string, entry: Held<T>): Promise<void> {
    forget(key, entry);
    entry.dropped = true;
    if (entry.users === 0) await dispose(await entry.value);
  }

  return {
    async use(key, load, work) {
      const entry = held.get(key) ?? { value: load(), users: 0, dropped: false };
      held.delete(key);
      held.set(key, entry);
      entry.users++;
      let loaded = false;
      try {
        const value = await entry.value;
        loaded = true;
        return await work(value);
      } finally {
        entry.users--;
        const oldest = held.entries().next().value;
        if (!loaded) forget(key, entry);
        else if (entry.dropped) await drop(key, entry);
        else if (held.size > capacity && oldest) await drop(...oldest);
      }
    },
  };
}
