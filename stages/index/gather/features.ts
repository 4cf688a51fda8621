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

/** Typed arrays have the order of bytes of the processor. */
const IS_LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const LOW_AT = IS_LITTLE ? 0 : 4;
const CROPS = 4;
const BANDS = 25;
const TYPES = { integer: 'INT32', double: 'DOUBLE', varchar: 'STRING' } as const;
const REQUIRED: readonly (keyof FoundItem)[] = [
  ...(['item', 'part', 'row', 'itemId', 'identity', 'path', 'source', 'unit', 'flags', 'fixes', 'split'] as const),
  ...(['better1', 'better2', 'better3'] as const),
];
const DISTINCT: readonly (keyof FoundItem)[] = ['itemId', 'identity', 'path'];

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

/** flagged: 1 for an item with flags. print: its fingerprint. name, crop0 ...: 64-bit hashes. orders: those of its measures, then of its cells, as int32, the highest byte first. */
function featureColumns(counts: FeatureCounts): Record<string, PartColumn> {
  const found = Object.entries(FOUND_COLUMNS).map(([name, type]): [string, PartColumn] => [
    name,
    {
      type: TYPES[type],
      ...(!(REQUIRED as readonly string[]).includes(name) && { nullable: true }),
      ...((DISTINCT as readonly string[]).includes(name) && { distinct: true }),
    },
  ]);
  const hash: PartColumn = { type: 'INT64', distinct: true, dense: true };
  return {
    ...Object.fromEntries(found),
    upload: { type: 'INT32' },
    flagged: { type: 'INT32' },
    ...(counts.names + counts.bands > 0 && { print: { type: 'BYTE_ARRAY', distinct: true } }),
    ...(counts.names > 0 && { name: hash }),
    ...numbered('crop', counts.crops, hash),
    ...numbered('band', counts.bands, hash),
    ...(counts.measures + counts.cells > 0 && { orders: { type: 'BYTE_ARRAY', distinct: true, dense: true } }),
  };
}

function numbered(name: string, count: number, column: PartColumn): Record<string, PartColumn> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, column]));
}

export type FeatureRows = ReturnType<typeof featureRows>;

/** Collects the features of at most `most` items, column by column: as objects of sixty values, rows took more time than all the rest of gather. */
export function featureRows(comparison: Comparison, counts: FeatureCounts, most: number) {
  const found: FoundItem[] = [];
  const uploads = new Int32Array(most);
  const flagged = new Int32Array(most);
  const prints: Uint8Array[] = [];
  const orders: Uint8Array[] = [];
  const orderBytes = (counts.measures + counts.cells) * Int32Array.BYTES_PER_ELEMENT;
  const ofOrders = new Uint8Array(most * orderBytes);
  const orderView = new DataView(ofOrders.buffer);
  const hashes = Array.from({ length: counts.names + counts.crops + counts.bands }, () => new BigInt64Array(most));
  const halves = hashes.map(({ buffer }) => new DataView(buffer));
  const setHash = (column: number, { high, low }: PerceptualHash) => {
    const [view, at] = [halves[column] as DataView, found.length * BigInt64Array.BYTES_PER_ELEMENT];
    view.setUint32(at + LOW_AT, low, IS_LITTLE);
    view.setUint32(at + 4 - LOW_AT, high, IS_LITTLE);
  };
  const add = (upload: number, row: PartRow, { found: item, flags }: ReadItem) => {
    uploads[found.length] = upload;
    flagged[found.length] = flags > 0 ? 1 : 0;
    let at = found.length * orderBytes;
    orders.push(ofOrders.subarray(at, at + orderBytes));
    const addOrder = (order: number) => {
      orderView.setInt32(at, order);
      at += Int32Array.BYTES_PER_ELEMENT;
    };
    for (const value of comparison.measure(row))
      addOrder(value !== null && Number.isFinite(Math.fround(value)) ? orderOfSingle(value) : NO_ORDER);
    const seen = comparison.fingerprint?.(row);
    if (seen) {
      const print = new Uint8Array(comparison.fingerprintBytes);
      print.set(seen.fingerprint.subarray(0, comparison.fingerprintBytes));
      for (let cell = 0; cell < counts.cells; cell++) addOrder(orderOfSingle(cellSum(print, 0, cell)));
      prints.push(print);
      if (counts.names > 0) setHash(0, seen.hash ?? { high: 0, low: 0 });
      if (counts.crops > 0)
        for (const [i, { hash }] of (comparison.cropHashes?.(print) ?? []).entries()) setHash(counts.names + i, hash);
      if (counts.bands > 0) visitBands(print, (band, high, low) => setHash(band, { high, low }));
    }
    found.push(item);
  };
  return { add, found, uploads, flagged, prints, orders, hashes };
}

/** Returns the bytes of the features of all parts, one after the other. */
export function encodeFeatures(counts: FeatureCounts, parts: readonly FeatureRows[]): Uint8Array {
  const columns = featureColumns(counts);
  const rows = parts.reduce((sum, { found }) => sum + found.length, 0);
  const joined = <Values extends Int32Array | BigInt64Array>(
    into: Values,
    of: (part: FeatureRows) => Values,
  ): Values => {
    let at = 0;
    for (const part of parts) {
      into.set(of(part).subarray(0, part.found.length) as never, at);
      at += part.found.length;
    }
    return into;
  };
  const numbers = {
    ...byName('crop', counts.crops, counts.names),
    ...byName('band', counts.bands, 0),
    name: 0,
  } as Readonly<Record<string, number>>;
  return encodeValues(columns, (name) => {
    if (name === 'upload') return joined(new Int32Array(rows), ({ uploads }) => uploads);
    if (name === 'flagged') return joined(new Int32Array(rows), ({ flagged }) => flagged);
    if (name === 'print') return parts.flatMap(({ prints }) => prints);
    if (name === 'orders') return parts.flatMap(({ orders }) => orders);
    const hash = numbers[name];
    if (hash !== undefined)
      return joined(new BigInt64Array(rows), ({ hashes }) => hashes[hash] as BigInt64Array<ArrayBuffer>);
    return parts.flatMap(({ found }) => found.map((item) => item[name as keyof FoundItem]));
  });
}

/** The positions of numbered columns, from `first` on. */
function byName(name: string, count: number, first: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${i}`, first + i]));
}
