// Finds outliers: items with one measure far from its median, or with an unusual combination of measures.

import type { Comparison } from '#core/kinds/define/comparison.ts';
import { type RuleSetting, thresholdOf } from '#core/kinds/define/rule.ts';
import { THUMBNAIL_BYTES, THUMBNAIL_SIDE } from '#core/similarity/thumbnail.ts';
import { remotenessOf } from '#core/snapshot/statistics/remoteness.ts';
import { robustSpread } from '#core/snapshot/statistics/robust.ts';
import type { CollectedColumns } from '../items/collected-columns.ts';
import type { OutlierItem } from '../items/items-table.ts';

/** With fewer items, no outliers are reported. */
const LEAST_ITEMS = 30;
/** Deviations are clipped at this value in distances, so that one extreme measure does not dominate. */
const FARTHEST = 6;
/** A thumbnail is compared as 4 x 4 cells, each with half the weight of a measure. */
const CELLS = 4;
const CELL_WEIGHT = 0.5;
export const REMOTENESS = 'distance to the nearest items';

/**
 * Returns the items above a threshold of the rule, except those in `skip`, with the measure that contributes most.
 * Deviations have 4 digits.
 */
export function findOutliers(
  collected: CollectedColumns,
  comparison: Comparison,
  rule: RuleSetting,
  skip: Uint8Array,
): OutlierItem[] {
  const items = Int32Array.from({ length: collected.count }, (_, i) => i).filter((item) => !skip[item]);
  if (items.length < LEAST_ITEMS || rule.action === 'off') return [];
  const found = new Map<number, OutlierItem>();
  const note = (item: number, measure: string, deviation: number) => {
    const before = found.get(item);
    if (!before || deviation > before.deviation)
      found.set(item, { item, measure, deviation: Number(deviation.toPrecision(4)) });
  };
  const columns = collected.measures.map((values, i) => {
    const own = Float64Array.from(items, (item) => values[item] as number);
    const deviations = standardized(own);
    for (const [position, deviation] of deviations.entries())
      if (Math.abs(deviation) > thresholdOf(rule, 'maxDeviation'))
        note(items[position] as number, comparison.measures[i] as string, Math.abs(deviation));
    return deviations;
  });
  const space = [...columns, ...thumbnailColumns(collected, comparison, items)];
  const points = new Float32Array(items.length * space.length);
  for (const [dimension, column] of space.entries())
    for (const [position, value] of column.entries())
      points[position * space.length + dimension] = Math.max(-FARTHEST, Math.min(FARTHEST, value));
  for (const [position, deviation] of standardized(remotenessOf(points, space.length)).entries())
    if (deviation > thresholdOf(rule, 'maxRemoteness')) note(items[position] as number, REMOTENESS, deviation);
  return [...found.values()].sort((a, b) => a.item - b.item);
}

/** Returns robust standard deviations from the median; 0 if there is no value or no spread. */
function standardized(values: Float64Array): Float64Array {
  const { median, deviation } = robustSpread(values);
  return values.map((value) => (deviation > 0 && Number.isFinite(value) ? (value - median) / deviation : 0));
}

function thumbnailColumns(
  { fingerprints }: CollectedColumns,
  { fingerprintBytes }: Comparison,
  items: Int32Array,
): Float64Array[] {
  // The comparison features start with a thumbnail.
  if (fingerprintBytes % THUMBNAIL_BYTES !== 0 || fingerprintBytes === 0) return [];
  const side = THUMBNAIL_SIDE / CELLS;
  return Array.from({ length: CELLS * CELLS }, (_, cell) => {
    const [top, left] = [Math.floor(cell / CELLS) * side, (cell % CELLS) * side];
    const sums = Float64Array.from(items, (item) => {
      let sum = 0;
      for (let y = top; y < top + side; y++)
        for (let x = left; x < left + side; x++)
          sum += fingerprints[item * fingerprintBytes + y * THUMBNAIL_SIDE + x] as number;
      return sum;
    });
    return standardized(sums).map((value) => value * CELL_WEIGHT);
  });
}
