// Keeps what was used last, so that a call does not load again what the call before it has loaded.

export type Recent<T> = {
  /** Works with the value of a key, loading it where it is not held. It is not let go of before the work is done. */
  use<R>(key: string, load: () => Promise<T>, work: (value: T) => R | Promise<R>): Promise<R>;
};

type Held<T> = { readonly value: Promise<T>; users: number; dropped: boolean };

/**
 * Two users of one key share one load; a load that failed is forgotten. `letGo` frees what the garbage collector does not
 * see: memory outside of the heap.
 */
export function recentlyUsed<T>(capacity: number, letGo: (value: T) => Promise<void> = async () => {}): Recent<T> {
  const held = new Map<string, Held<T>>();

  /** Another may have been loaded under the key in the meantime. */
  function forget(key: string, entry: Held<T>): void {
    if (held.get(key) === entry) held.delete(key);
  }

  async function drop(key: string, entry: Held<T>): Promise<void> {
    forget(key, entry);
    entry.dropped = true;
    if (entry.users === 0) await letGo(await entry.value);
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
