// Bounded concurrency: a fixed number of calls at a time.

/**
 * Calls `work` for every item, at most `atOnce` at a time, and returns the results in the order of the items. Rejects with the first
 * error; calls that have not begun by then are never made.
 */
export async function mapLimit<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, position: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  results.length = items.length;
  const waiting = items.entries();
  let failed = false;
  const lane = async () => {
    for (const [position, item] of waiting) {
      if (failed) return;
      try {
        results[position] = await work(item, position);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  return results;
}
