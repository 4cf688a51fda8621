// The columns of features/<batch>.parquet: what an engine needs to decide about an item, without a rule or a float to compute.

import type { PartColumn, PartRow } from '#core/base/parquet-columns.ts';
import type { Comparison } from '#core/kinds/define/comparison.ts';
import { minHashBands } from '#core/similarity/min-hash.ts';
import type { PerceptualHash } from '#core/similarity/perceptual-hash.ts';
import { orderOfSingle } from '#core/snapshot/statistics/ordered-bits.ts';
import { FOUND_COLUMNS } from '../items/items-sql.ts';
import type { FoundItem } from '../items/items-table.ts';
import type { ReadItem } from '../items/read-item.ts';
import { cellSum, thumbnailCells } from '../near/outlier-space.ts';

const CROPS = 4;
const BANDS = 25;
const TYPES = { integer: 'INT32', double: 'DOUBLE', varchar: 'STRING' } as const;
const REQUIRED: readonly (keyof FoundItem)[] = [
  ...(['item', 'part', 'row', 'itemId', 'identity', 'path', 'source', 'unit', 'flags', 'fixes', 'split'] as const),
  ...(['better1', 'better2', 'better3'] as const),
];
const DISTINCT: readonly (keyof FoundItem)[] = ['itemId', 'identity', 'path'];

/** How many columns of each sort a dataset has. bands: of texts; names: perceptual hashes; measures and cells: orders of floats. */
export type FeatureCounts = {
  readonly names: number;
  readonly crops: number;
  readonly bands: number;
  readonly measures: number;
  readonly cells: number;
};

/** `searched`: how near items are searched for; null if they are not. */
export function featureCounts(comparison: Comparison, searched: 'hashes' | 'bands' | null): FeatureCounts {
  return {
    names: searched === 'hashes' ? 1 : 0,
    crops: searched === 'hashes' && comparison.cropHashes ? CROPS : 0,
    bands: searched === 'bands' ? BANDS : 0,
    measures: comparison.measures.length,
    cells: thumbnailCells(comparison),
  };
}

/** flagged: 1 for an item with flags. print: its fingerprint. name, crop0 ...: 64-bit hashes. m0, c0 ...: the orders of measures and cells. */
export function featureColumns(counts: FeatureCounts): Record<string, PartColumn> {
  const found = Object.entries(FOUND_COLUMNS).map(([name, type]): [string, PartColumn] => [
    name,
    {
      type: TYPES[type],
      ...(!(REQUIRED as readonly string[]).includes(name) && { nullable: true }),
      ...((DISTINCT as readonly string[]).includes(name) && { distinct: true }),
    },
  ]);
  const hash: PartColumn = { type: 'INT64', distinct: true };
  const order: PartColumn = { type: 'INT32', nullable: true };
  return {
    ...Object.fromEntries(found),
    upload: { type: 'INT32' },
    flagged: { type: 'INT32' },
    ...(counts.names + counts.bands > 0 && { print: { type: 'BYTE_ARRAY', distinct: true } }),
    ...(counts.names > 0 && { name: hash }),
    ...numbered('crop', counts.crops, hash),
    ...numbered('band', counts.bands, hash),
    ...numbered('m', counts.measures, order),
    ...numbered('c', counts.cells, order),
  };
}

function numbered(name: string, count: number, column: PartColumn): Record<string, PartColumn> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, column]));
}

/** Returns the features of one item. */
export function featuresOf(
  comparison: Comparison,
  counts: FeatureCounts,
  upload: number,
  row: PartRow,
  { found, flags }: ReadItem,
): PartRow {
  const features: Record<string, unknown> = { ...found, upload, flagged: flags > 0 ? 1 : 0 };
  for (const [i, value] of comparison.measure(row).entries())
    features[`m${i}`] = value !== null && Number.isFinite(Math.fround(value)) ? orderOfSingle(value) : null;
  const seen = comparison.fingerprint?.(row);
  if (!seen) return features;
  const print = new Uint8Array(comparison.fingerprintBytes);
  print.set(seen.fingerprint.subarray(0, comparison.fingerprintBytes));
  for (let cell = 0; cell < counts.cells; cell++) features[`c${cell}`] = orderOfSingle(cellSum(print, 0, cell));
  if (counts.names + counts.bands > 0) features.print = print;
  if (counts.names > 0) features.name = signed(seen.hash ?? { high: 0, low: 0 });
  if (counts.crops > 0)
    for (const [i, { hash }] of (comparison.cropHashes?.(print) ?? []).entries()) features[`crop${i}`] = signed(hash);
  if (counts.bands > 0)
    for (const [i, band] of minHashBands(print).entries()) features[`band${i}`] = BigInt.asIntN(64, band);
  return features;
}

function signed({ high, low }: PerceptualHash): bigint {
  return BigInt.asIntN(64, (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
}
