// The columns of features/<batch>.parquet: what an engine needs to decide about an item, without a rule or a float to compute.

import { encodeValues, type PartColumn, type PartRow } from '#core/base/parquet-columns.ts';
import type { Comparison } from '#core/kinds/define/comparison.ts';
import { visitBands } from '#core/similarity/min-hash.ts';
import type { PerceptualHash } from '#core/similarity/perceptual-hash.ts';
import { NO_ORDER, orderOfSingle } from '#core/snapshot/statistics/ordered-bits.ts';
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
/** Digits of hashes, which compressing hardly makes shorter. */
const DENSE: readonly (keyof FoundItem)[] = ['itemId', 'identity'];

/** How many values of each sort an item has. bands: of texts; names: perceptual hashes; measures and cells: floats, of which the orders are stored. */
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

/** flagged: 1 for an item with flags. print: its fingerprint. hashes: its perceptual hashes, or the bands of its signature, of 64 bits each, the highest byte first. orders: those of its measures, then of its cells, as int32, the highest byte first. */
function featureColumns(counts: FeatureCounts): Record<string, PartColumn> {
  const found = Object.entries(FOUND_COLUMNS).map(([name, type]): [string, PartColumn] => [
    name,
    {
      type: TYPES[type],
      ...(!(REQUIRED as readonly string[]).includes(name) && { nullable: true }),
      ...((DISTINCT as readonly string[]).includes(name) && { distinct: true }),
      ...((DENSE as readonly string[]).includes(name) && { dense: true }),
    },
  ]);
  const packed: PartColumn = { type: 'BYTE_ARRAY', distinct: true, dense: true };
  return {
    ...Object.fromEntries(found),
    upload: { type: 'INT32' },
    flagged: { type: 'INT32' },
    ...(counts.names + counts.bands > 0 && { print: packed }),
    ...(hashesOf(counts) > 0 && { hashes: packed }),
    ...(counts.measures + counts.cells > 0 && { orders: packed }),
  };
}

/** Returns the number of hashes of an item. */
function hashesOf({ names, crops, bands }: FeatureCounts): number {
  return names + crops + bands;
}

export type FeatureRows = ReturnType<typeof featureRows>;

/** Collects the features of at most `most` items, column by column: as objects of sixty values, rows took more time than all the rest of gather. */
export function featureRows(comparison: Comparison, counts: FeatureCounts, most: number) {
  const found: FoundItem[] = [];
  const uploads = new Int32Array(most);
  const flagged = new Int32Array(most);
  const prints: Uint8Array[] = [];
  const orders = packedColumn(most, counts.measures + counts.cells);
  const hashes = packedColumn(most, 2 * hashesOf(counts));
  const addHash = ({ high, low }: PerceptualHash) => {
    hashes.add(high);
    hashes.add(low);
  };
  const add = (upload: number, row: PartRow, { found: item, flags }: ReadItem) => {
    uploads[found.length] = upload;
    flagged[found.length] = flags > 0 ? 1 : 0;
    for (const value of comparison.measure(row))
      orders.add(value !== null && Number.isFinite(Math.fround(value)) ? orderOfSingle(value) : NO_ORDER);
    const seen = comparison.fingerprint?.(row);
    if (seen) {
      const print = new Uint8Array(comparison.fingerprintBytes);
      print.set(seen.fingerprint.subarray(0, comparison.fingerprintBytes));
      for (let cell = 0; cell < counts.cells; cell++) orders.add(orderOfSingle(cellSum(print, 0, cell)));
      prints.push(print);
      if (counts.names > 0) addHash(seen.hash ?? { high: 0, low: 0 });
      if (counts.crops > 0) for (const { hash } of comparison.cropHashes?.(print) ?? []) addHash(hash);
      if (counts.bands > 0) visitBands(print, (_, high, low) => addHash({ high, low }));
    }
    found.push(item);
  };
  return { add, found, uploads, flagged, prints, orders, hashes };
}

/** A column of `words` integers of 32 bits for each of at most `most` rows, the highest byte first. */
function packedColumn(most: number, words: number) {
  const bytesOfRow = words * Int32Array.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(most * bytesOfRow);
  const view = new DataView(bytes.buffer);
  let at = 0;
  return {
    add(word: number): void {
      view.setInt32(at, word);
      at += Int32Array.BYTES_PER_ELEMENT;
    },
    rows: (count: number): Uint8Array[] =>
      Array.from({ length: count }, (_, row) => bytes.subarray(row * bytesOfRow, (row + 1) * bytesOfRow)),
  };
}

/** Returns the bytes of the features of all parts, one after the other. */
export function encodeFeatures(counts: FeatureCounts, parts: readonly FeatureRows[]): Uint8Array {
  const columns = featureColumns(counts);
  const rows = parts.reduce((sum, { found }) => sum + found.length, 0);
  const joined = (of: (part: FeatureRows) => Int32Array): Int32Array => {
    const into = new Int32Array(rows);
    let at = 0;
    for (const part of parts) {
      into.set(of(part).subarray(0, part.found.length), at);
      at += part.found.length;
    }
    return into;
  };
  return encodeValues(columns, (name) => {
    if (name === 'upload') return joined(({ uploads }) => uploads);
    if (name === 'flagged') return joined(({ flagged }) => flagged);
    if (name === 'print') return parts.flatMap(({ prints }) => prints);
    if (name === 'hashes') return parts.flatMap(({ hashes, found }) => hashes.rows(found.length));
    if (name === 'orders') return parts.flatMap(({ orders, found }) => orders.rows(found.length));
    return parts.flatMap(({ found }) => found.map((item) => item[name as keyof FoundItem]));
  });
}
