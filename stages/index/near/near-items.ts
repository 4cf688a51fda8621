// Finds near duplicates: candidates by hashes, verified by thumbnails, texts or spectrograms, then clustered.

import type { Comparison } from '#core/kinds/define/comparison.ts';
import { type RuleSetting, thresholdOf } from '#core/kinds/define/rule.ts';
import { clustersOf } from '#core/similarity/clusters.ts';
import { cropHashPairs, hashPairs } from '#core/similarity/hash-pairs.ts';
import type { CropTransform } from '#core/similarity/image-correlation.ts';
import { roundedLikeness } from '#core/similarity/likenesses.ts';
import { minHashBands } from '#core/similarity/min-hash.ts';
import { type CollectedColumns, compareItems } from '../items/collected-columns.ts';
import type { ItemsDatabase } from '../items/database.ts';
import { findSharedBands, type NearItem } from '../items/items-table.ts';
import { MOST_OF_A_CUT, MOST_OF_EACH } from './limits.ts';

/** Returns clusters sorted by their first member, members in order. `skip`: 1 for copies and missing items. */
export async function findNearItems(
  database: ItemsDatabase,
  collected: CollectedColumns,
  comparison: Comparison,
  rule: RuleSetting,
  skip: Uint8Array,
): Promise<NearItem[]> {
  const { count, hashes, fingerprints } = collected;
  const { likeness = () => 0 } = comparison;
  const minLikeness = thresholdOf(rule, 'minLikeness');
  const fingerprintOf = (item: number) =>
    fingerprints.subarray(item * comparison.fingerprintBytes, (item + 1) * comparison.fingerprintBytes);
  const clusters = clustersOf(count);
  const pairs = new Map<number, Map<number, number>>();
  const settle = (a: number, b: number, likeness: number) => {
    if (likeness < minLikeness) return;
    clusters.join(a, b);
    remember(pairs, a, b, likeness);
    remember(pairs, b, a, likeness);
  };
  if ('maxDistance' in rule) {
    const bounds = { maxDistance: thresholdOf(rule, 'maxDistance'), skip };
    const compare = (a: number, b: number, start?: CropTransform) =>
      settle(a, b, likeness(fingerprintOf(a), fingerprintOf(b), { start, wanted: minLikeness }));
    hashPairs(hashes, { ...bounds, mostOfEach: MOST_OF_EACH }, (a, b) => compare(a, b));
    const { cropHashes } = comparison;
    if (cropHashes) {
      const cropHashesOf = (item: number) => cropHashes(fingerprintOf(item));
      cropHashPairs(hashes, { ...bounds, mostOfEach: MOST_OF_A_CUT }, cropHashesOf, (near, item, { move }) => {
        if (!pairs.get(near)?.has(item)) compare(near, item, move);
      });
    }
  } else {
    const bands = function* () {
      for (let item = 0; item < count; item++)
        if (!skip[item]) yield [item, minHashBands(fingerprintOf(item))] as const;
    };
    await findSharedBands(database, bands(), (a, b) =>
      settle(a, b, likeness(fingerprintOf(a), fingerprintOf(b), { wanted: minLikeness })),
    );
  }
  return clusters.groups().flatMap((members) => ranked(collected, comparison, members, pairs));
}

type Pairs = Map<number, Map<number, number>>;

function remember(pairs: Pairs, from: number, to: number, likeness: number): void {
  const known = pairs.get(from);
  if (known) known.set(to, likeness);
  else pairs.set(from, new Map([[to, likeness]]));
}

/** The similarity of a member refers to the best member, or to its nearest one if those two were not compared. */
function ranked(
  collected: CollectedColumns,
  comparison: Comparison,
  members: readonly number[],
  pairs: Pairs,
): NearItem[] {
  const [best, second] = members.toSorted((a, b) => compareItems(collected, a, b).order) as [number, number];
  // A cluster is named by its first member, so an item without near duplicates hashes itself.
  const cluster = members[0] as number;
  const { by } = compareItems(collected, best, second);
  const why = comparison.better[by]?.why ?? 'first';
  return members.map((item) => {
    const known = pairs.get(item) as Map<number, number>;
    const likeness = item === best ? 1 : (known.get(best) ?? Math.max(...known.values()));
    return {
      item,
      cluster,
      best,
      likeness: roundedLikeness(likeness),
      why: item === best ? why : null,
    };
  });
}
