// The columns of all items that index keeps in memory, as typed arrays: 40 bytes per row of a table without measures,
// up to 1,220 bytes per colour image.

import type { PartRow } from '#core/base/parquet-columns.ts';
import type { Comparison } from '#core/kinds/define/comparison.ts';
import type { SourcePart } from '#core/snapshot/snapshot.ts';

const BETTER = 3;

/** flags: how many the item has. better: up to three finite numbers, higher is better. */
export type SeenItem = { readonly label: string | null; readonly flags: number; readonly better: readonly number[] };

export type CollectedColumns = {
  readonly count: number;
  /** Index of the first item of each part, and the total. */
  readonly starts: Int32Array;
  /** 1 for each item; 0 for items that a rule about the sidecar rejects. */
  readonly present: Uint8Array;
  /** Index into `labelNames`; -1 for no label. */
  readonly labels: Int32Array;
  readonly labelNames: string[];
  readonly flagged: Uint8Array;
  /** float64 [count, 3]. */
  readonly better: Float64Array;
  readonly hashes: { readonly high: Uint32Array; readonly low: Uint32Array };
  /** uint8 [count, comparison.fingerprintBytes]. */
  readonly fingerprints: Uint8Array;
  /** One array for each measure; NaN for a missing value. */
  readonly measures: readonly Float32Array[];
  readonly add: (item: number, row: PartRow, seen: SeenItem) => void;
};

/** Allocates the columns for all items of the parts. */
export function collectColumns(parts: readonly Pick<SourcePart, 'items'>[], comparison: Comparison): CollectedColumns {
  const starts = new Int32Array(parts.length + 1);
  for (const [position, { items }] of parts.entries()) starts[position + 1] = (starts[position] as number) + items;
  const count = starts[parts.length] as number;
  const { fingerprintBytes } = comparison;
  const present = new Uint8Array(count);
  const labels = new Int32Array(count).fill(-1);
  const flagged = new Uint8Array(count);
  const better = new Float64Array(count * BETTER);
  const hashes = { high: new Uint32Array(count), low: new Uint32Array(count) };
  const fingerprints = new Uint8Array(count * fingerprintBytes);
  const measures = comparison.measures.map(() => new Float32Array(count).fill(Number.NaN));
  const labelNames: string[] = [];
  const placeOf = new Map<string, number>();
  const labelPosition = (label: string) => {
    const known = placeOf.get(label);
    if (known !== undefined) return known;
    placeOf.set(label, labelNames.length);
    return labelNames.push(label) - 1;
  };
  const add: CollectedColumns['add'] = (item, row, { label, flags, better: orders }) => {
    present[item] = 1;
    labels[item] = label === null ? -1 : labelPosition(label);
    flagged[item] = flags > 0 ? 1 : 0;
    for (const [i, order] of orders.entries()) better[item * BETTER + i] = order;
    for (const [i, value] of comparison.measure(row).entries())
      (measures[i] as Float32Array)[item] = value ?? Number.NaN;
    const found = comparison.fingerprint?.(row);
    if (!found) return;
    hashes.high[item] = found.hash?.high ?? 0;
    hashes.low[item] = found.hash?.low ?? 0;
    // One of another length must not reach into the next item's.
    fingerprints.set(found.fingerprint.subarray(0, fingerprintBytes), item * fingerprintBytes);
  };
  return { count, starts, present, labels, labelNames, flagged, better, hashes, fingerprints, measures, add };
}

/**
 * Compares two equal or similar items: whether `a` is better, and by which criterion. Without a difference, `by` is -1
 * and the first item is kept.
 */
export function compareItems(
  { better }: Pick<CollectedColumns, 'better'>,
  a: number,
  b: number,
): { order: number; by: number } {
  for (let by = 0; by < BETTER; by++) {
    const difference = (better[b * BETTER + by] as number) - (better[a * BETTER + by] as number);
    if (difference !== 0) return { order: difference, by };
  }
  return { order: a - b, by: -1 };
}
