import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { keys } from '#core/store/keys.ts';
import {
  assemble,
  type Buckets,
  configure,
  contents,
  DATASET,
  dropCleaned,
  openBuckets,
  type Picture,
  runIndex,
} from './world.ts';

const RUNS = 4;

type Arrival = { readonly path: string; readonly units: readonly (readonly Picture[])[] };

const picture = (path: string) =>
  fc.record({
    number: fc.nat(60),
    path: fc.nat(999).map((n) => `${path}/${n}.png`),
    label: fc.constantFrom('a', 'b', null),
  });
/** Objects at distinct keys, of one or two units each, with numbers so few that many items are equal. */
const arrivals = fc
  .uniqueArray(fc.constantFrom('a.zip', 'b.zip', 'ä b+%.zip', '😀.zip', 'z/c.png', 'B.zip'), {
    minLength: 2,
    maxLength: 5,
  })
  .chain((paths) =>
    fc.tuple(
      ...paths.map((path) =>
        fc.record({
          path: fc.constant(path),
          units: fc.array(fc.array(picture(path), { maxLength: 20 }), { minLength: 1, maxLength: 2 }),
        }),
      ),
    ),
  );

async function arrive(inOrder: readonly Arrival[]): Promise<Buckets> {
  const buckets = openBuckets();
  await configure(buckets);
  for (const { path, units } of inOrder) await dropCleaned(buckets, path, units);
  return buckets;
}

async function splitsById(buckets: Buckets): Promise<Map<string, string>> {
  const { snapshotId } = await runIndex(buckets);
  const table = await buckets.data.get(keys.snapshot(DATASET, snapshotId, 'items.parquet'));
  const file = new Uint8Array(table?.body ?? []).buffer;
  const rows = (await parquetReadObjects({ file })) as { itemId: string; split: string | null }[];
  return new Map(rows.flatMap(({ itemId, split }) => (split === null ? [] : [[itemId, split]])));
}

test('the order of arrival decides neither the id nor a byte of what training reads', async () => {
  await fc.assert(
    fc.asyncProperty(
      arrivals.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      async ([inOrder, shuffled]) => {
        const [one, other] = [await arrive(inOrder), await arrive(shuffled)];
        const [first, second] = [await assemble(one), await assemble(other)];
        expect(second).toEqual(first);
        const prefix = keys.snapshots(DATASET);
        const [here, there] = [await contents(one.data, prefix), await contents(other.data, prefix)];
        // These two name where each part lies, which is under the id of a version.
        const at = (file: string) => keys.snapshot(DATASET, first.indexed.snapshotId, file);
        const apart = { [at('index.json')]: '', [at('facts.json')]: '' };
        expect({ ...there, ...apart }).toEqual({ ...here, ...apart });
      },
    ),
    { numRuns: RUNS, endOnFailure: true },
  );
});

test('what arrives later moves no item to another split', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, async (all) => {
      const before = await splitsById(await arrive(all.slice(0, -1)));
      const after = await splitsById(await arrive(all));
      for (const [itemId, split] of before) expect(after.get(itemId)).toBe(split);
      expect(after.size).toBeGreaterThanOrEqual(before.size);
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
});
