// Finds outliers: items with one measure far from its median, or with an unusual combination of measures.

import type { Comparison } from '#core/kinds/define/comparison.ts';
import { type RuleSetting, thresholdOf } from '#core/kinds/define/rule.ts';
import { remotenessOf } from '#core/snapshot/statistics/remoteness.ts';
import { robustSpread, standardizedBy } from '#core/snapshot/statistics/robust.ts';
import type { CollectedColumns } from '../items/collected-columns.ts';
import type { OutlierItem } from '../items/items-table.ts';
import {
  cellSum,
  coordinate,
  type Deviation,
  greaterDeviation,
  LEAST_ITEMS,
  REMOTENESS,
  thumbnailCells,
} from './outlier-space.ts';

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
  const found = new Map<number, Deviation<string>>();
  const note = (item: number, measure: string, deviation: number) =>
    found.set(item, greaterDeviation(found.get(item), measure, deviation));
  const columns = collected.measures.map((values) => Float64Array.from(items, (item) => values[item] as number));
  const cells = cellColumns(collected, comparison, items);
  const dimensions = columns.length + cells.length;
  const points = new Float32Array(items.length * dimensions);
  for (const [dimension, column] of [...columns, ...cells].entries()) {
    const spread = robustSpread(column);
    const isCell = dimension >= columns.length;
    for (const [position, value] of column.entries()) {
      points[position * dimensions + dimension] = coordinate(spread, value, isCell);
      const deviation = Math.abs(standardizedBy(spread, value));
      if (!isCell && deviation > thresholdOf(rule, 'maxDeviation'))
        note(items[position] as number, comparison.measures[dimension] as string, deviation);
    }
  }
  const remoteness = remotenessOf(points, dimensions);
  const spread = robustSpread(remoteness);
  for (const [position, value] of remoteness.entries()) {
    const deviation = standardizedBy(spread, value);
    if (deviation > thresholdOf(rule, 'maxRemoteness')) note(items[position] as number, REMOTENESS, deviation);
  }
  return [...found]
    .map(([item, { of, deviation }]) => ({ item, measure: of, deviation }))
    .sort((a, b) => a.item - b.item);
}

function cellColumns({ fingerprints }: CollectedColumns, comparison: Comparison, items: Int32Array): Float64Array[] {
  return Array.from({ length: thumbnailCells(comparison) }, (_, cell) =>
    Float64Array.from(items, (item) => cellSum(fingerprints, item * comparison.fingerprintBytes, cell)),
  );
}
