// Finds items that the endpoint drew: by equal content, and pictures and sounds also by what they look like.
import type { Comparison } from '#core/kinds/define/comparison.ts';
import { type RuleSetting, thresholdOf } from '#core/kinds/define/rule.ts';
import { visitNear } from '#core/similarity/hash-pairs.ts';
import type { CollectedColumns } from '../items/collected-columns.ts';
import type { Ledger } from './read-ledger.ts';

/** Where equal content may be chance, so many items of an upload, and so many times as many as chance makes, are no chance. */
const LEAST_OF_AN_UPLOAD = 5;
const TIMES_CHANCE = 5;
/** Uploads of one output at most that are found by its look. */
const MOST_OF_A_LOOK = 256;

export type OutputItem = { readonly item: number; readonly how: 'content' | 'look' };
type Found = {
  readonly collected: CollectedColumns;
  readonly comparison: Comparison;
  /** Items whose content is in the ledger, in order. */
  readonly equal: readonly number[];
  /** The upload that an item came with. */
  readonly sourceOf: (item: number) => string;
  /** The rule about near duplicates, whose thresholds hold for looks as well. */
  readonly nearRule: RuleSetting | undefined;
};

/** Returns the items in order. */
export function findOutputs(ledger: Ledger, found: Found): OutputItem[] {
  const how = new Map<number, OutputItem['how']>();
  for (const item of found.comparison.repeatsByChance ? notByChance(ledger, found) : found.equal)
    how.set(item, 'content');
  for (const item of alike(ledger, found)) if (!how.has(item)) how.set(item, 'look');
  return [...how].sort(([a], [b]) => a - b).map(([item, by]) => ({ item, how: by }));
}

/**
 * Returns the equal items of uploads that have more of them than by chance. An item equals one of N draws by chance with a probability of at most N times that
 * of two equal draws.
 */
function notByChance({ contents, equalShare }: Ledger, { collected, equal, sourceOf }: Found): number[] {
  const equalOf = new Map<string, number>();
  for (const item of equal) equalOf.set(sourceOf(item), (equalOf.get(sourceOf(item)) ?? 0) + 1);
  if (equalOf.size === 0) return [];
  const itemsOf = new Map<string, number>();
  for (let item = 0; item < collected.count; item++)
    if (collected.present[item]) itemsOf.set(sourceOf(item), (itemsOf.get(sourceOf(item)) ?? 0) + 1);
  const byChance = Math.min(1, contents.size * equalShare);
  return equal.filter((item) => {
    const source = sourceOf(item);
    const expected = byChance * (itemsOf.get(source) ?? 0);
    return (equalOf.get(source) ?? 0) >= Math.max(LEAST_OF_AN_UPLOAD, TIMES_CHANCE * expected);
  });
}

function alike({ looks }: Ledger, { collected, comparison, nearRule }: Found): number[] {
  const { likeness, fingerprintBytes } = comparison;
  if (!likeness || !nearRule || !('maxDistance' in nearRule)) return [];
  const wanted = thresholdOf(nearRule, 'minLikeness');
  const bounds = {
    maxDistance: thresholdOf(nearRule, 'maxDistance'),
    mostOfEach: MOST_OF_A_LOOK,
    skip: collected.present.map((present) => 1 - present),
  };
  const found = new Set<number>();
  const hashes = looks.map(({ hash }) => hash);
  visitNear(collected.hashes, bounds, hashes, (item, other) => {
    const look = looks[other]?.fingerprint;
    if (found.has(item) || look?.length !== fingerprintBytes) return;
    const own = collected.fingerprints.subarray(item * fingerprintBytes, (item + 1) * fingerprintBytes);
    if (likeness(own, look, { wanted }) >= wanted) found.add(item);
  });
  return [...found];
}
