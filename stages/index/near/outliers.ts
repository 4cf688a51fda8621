// Items unlike the others: by one measure that is far from its median, or by all of them together.

import type { Comparison } from '#core/kinds/define/comparison.ts';
import { type RuleSetting, thresholdOf } from '#core/kinds/define/rule.ts';
import { LOOK_BYTES, LOOK_SIDE } from '#core/similarity/thumbnail.ts';
import { remotenessOf } from '#core/snapshot/statistics/remoteness.ts';
import { spreadOf } from '#core/snapshot/statistics/robust.ts';
import type { Gathered } from '../items/collected-columns.ts';
import type { OutlierItem } from '../items/items-table.ts';

/** Of fewer items nothing is unlike the others. */
const LEAST_ITEMS = 30;
/** A value farther out counts no more towards the distance of two items: else one wild measure would be all of it. */
const FARTHEST = 6;
/** A look is compared as 4 x 4 cells, each with half the weight of a measure. */
const CELLS = 4;
const CELL_WEIGHT = 0.5;
export const REMOTENESS = 'distance to the nearest items';

/** Of the items that are none of `skip`, those over a threshold of the rule, with what tells most. Deviations with 4 digits. */
export function findOutliers(
  gathered: Gathered,
  comparison: Comparison,
  rule: RuleSetting,
  skip: Uint8Array,
): OutlierItem[] {
  const items = Int32Array.from({ length: gathered.count }, (_, i) => i).filter((item) => !skip[item]);
  if (items.length < LEAST_ITEMS || rule.action === 'off') return [];
  const found = new Map<number, OutlierItem>();
  const note = (item: number, measure: string, deviation: number) => {
    const before = found.get(item);
    if (!before || deviation > before.deviation)
      found.set(item, { item, measure, deviation: Number(deviation.toPrecision(4)) });
  };
  const columns = gathered.measures.map((values, i) => {
    const own = Float64Array.from(items, (item) => values[item] as number);
    const deviations = standardized(own);
    for (const [place, deviation] of deviations.entries())
      if (Math.abs(deviation) > thresholdOf(rule, 'maxDeviation'))
        note(items[place] as number, comparison.measures[i] as string, Math.abs(deviation));
    return deviations;
  });
  const space = [...columns, ...lookColumns(gathered, comparison, items)];
  const points = new Float32Array(items.length * space.length);
  for (const [dimension, column] of space.entries())
    for (const [place, value] of column.entries())
      points[place * space.length + dimension] = Math.max(-FARTHEST, Math.min(FARTHEST, value));
  for (const [place, deviation] of standardized(remotenessOf(points, space.length)).entries())
    if (deviation > thresholdOf(rule, 'maxRemoteness')) note(items[place] as number, REMOTENESS, deviation);
  return [...found.values()].sort((a, b) => a.item - b.item);
}

/** In robust standard deviations from the median; 0 where there is no number or no spread. */
function standardized(values: Float64Array): Float64Array {
  const { median, deviation } = spreadOf(values);
  return values.map((value) => (deviation > 0 && Number.isFinite(value) ? (value - median) / deviation : 0));
}

function lookColumns({ prints }: Gathered, { printBytes }: Comparison, items: Int32Array): Float64Array[] {
  // Whatever else there is in a print, a look comes first.
  if (printBytes % LOOK_BYTES !== 0 || printBytes === 0) return [];
  const side = LOOK_SIDE / CELLS;
  return Array.from({ length: CELLS * CELLS }, (_, cell) => {
    const [top, left] = [Math.floor(cell / CELLS) * side, (cell % CELLS) * side];
    const sums = Float64Array.from(items, (item) => {
      let sum = 0;
      for (let y = top; y < top + side; y++)
        for (let x = left; x < left + side; x++) sum += prints[item * printBytes + y * LOOK_SIDE + x] as number;
      return sum;
    });
    return standardized(sums).map((value) => value * CELL_WEIGHT);
  });
}
