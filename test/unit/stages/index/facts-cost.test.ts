import { expect, test, vi } from 'vitest';
import { configure, dropCleaned, openBuckets, pictures, runIndex } from './world.ts';

const SEARCHES = ['indexOf', 'find', 'findIndex', 'includes'] as const;

/** Counts the elements that searches through arrays look at while `run` runs, each as if it were not found before the end. */
async function searched(run: () => Promise<unknown>): Promise<number> {
  let elements = 0;
  const spies = SEARCHES.map((name) => {
    const own = Array.prototype[name] as (...given: unknown[]) => unknown;
    return vi.spyOn(Array.prototype, name).mockImplementation(function counted(this: unknown[], ...given: unknown[]) {
      elements += this.length;
      return own.apply(this, given);
    } as never);
  });
  await run();
  for (const spy of spies) spy.mockRestore();
  return elements;
}

async function searchedFor(uploads: number): Promise<number> {
  const buckets = openBuckets();
  await configure(buckets);
  for (let i = 0; i < uploads; i++) await dropCleaned(buckets, `${i}.png`, [pictures(i, i + 1, `label ${i}`)]);
  return searched(() => runIndex(buckets));
}

test('four times the single files and classes take at most about four times the look-ups, not sixteen times', async () => {
  const [few, many] = [await searchedFor(100), await searchedFor(400)];
  expect(many / few).toBeLessThan(5);
});
