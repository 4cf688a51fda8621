// Keeps what was used last, so that a call does not load again what the call before it has loaded.

export type Recent<T> = { get(key: string, load: () => Promise<T>): Promise<T> };

/** Two callers of one key share one load; a load that failed is forgotten. */
export function recentlyUsed<T>(capacity: number): Recent<T> {
  const held = new Map<string, Promise<T>>();
  return {
    get(key, load) {
      const there = held.get(key);
      held.delete(key);
      const value = there ?? load();
      held.set(key, value);
      if (!there) value.catch(() => held.get(key) === value && held.delete(key));
      const oldest = held.keys().next().value;
      if (held.size > capacity && oldest !== undefined) held.delete(oldest);
      return value;
    },
  };
}
