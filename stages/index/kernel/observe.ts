// Sees all measures of each item once: counts them in bins, and measures how far each item is from the others.

import { binOf, histogramBin, type Range } from '#core/snapshot/statistics/bins.ts';
import { NO_ORDER, orderOfDouble, singleOfOrder } from '#core/snapshot/statistics/ordered-bits.ts';
import { remotenessFrom } from '#core/snapshot/statistics/remoteness.ts';
import { type Spread, standardizedBy } from '#core/snapshot/statistics/robust.ts';
import { CHART_BINS } from '../facts/limits.ts';
import { coordinate, type Deviation, greaterDeviation } from '../near/outlier-space.ts';
import { type Emit, type Line, readPackedLine } from './lines.ts';

/** The remoteness of an item, in place of a measure. */
export const NO_MEASURE = -1;
const FIRST_FIELDS = 3;

/** range: of the histogram of distinct items; null without a value. edges: of the bins in which uploads are compared. */
export type ObservedMeasure = {
  readonly spread: Spread;
  readonly range: Range | null;
  readonly edges: readonly number[];
};
/** outliers: null if nothing is an outlier. orders: of a landmark's measures and cells. */
export type ObserveSettings = {
  readonly measures: readonly ObservedMeasure[];
  readonly cells: readonly Spread[];
  readonly outliers: {
    readonly maxDeviation: number;
    readonly landmarks: readonly { readonly item: number; readonly orders: readonly number[] }[];
  } | null;
};

/**
 * Lines: item, upload, whether it is a copy (1 or 0), then the orders of its measures and cells as `readPackedLine` reads them. Answers, of distinct items, `h 0 measure items bin` and
 * `r item measure remoteness deviation`, with the order of the remoteness; and of all items `d upload measure items bin`.
 */
export function observe({ measures, cells, outliers }: ObserveSettings, emit: Emit) {
  const dimensions = measures.length + cells.length;
  const spreads = [...measures.map(({ spread }) => spread), ...cells];
  const fields = new Float64Array(FIRST_FIELDS);
  const ownOrders = new Int32Array(dimensions);
  const charts = measures.map(() => new Float64Array(CHART_BINS));
  const uploads = new Map<number, Float64Array[]>();
  const point = new Float32Array(dimensions);
  const place = (orders: ArrayLike<number>, into: Float32Array, at: number) => {
    for (let i = 0; i < dimensions; i++) {
      const value = valueOfOrder(orders[i] as number);
      into[at + i] = coordinate(spreads[i] as Spread, value, i >= measures.length);
    }
  };
  const given = outliers?.landmarks ?? [];
  const landmarks = new Float32Array(given.length * dimensions);
  for (const [i, { orders }] of given.entries()) place(orders, landmarks, i * dimensions);
  const landmarkOf = new Map(given.map(({ item }, i) => [item, i]));
  const remoteness = remotenessFrom(landmarks, Math.max(1, dimensions));
  const count = (counts: Float64Array, bin: number) => {
    counts[bin] = (counts[bin] as number) + 1;
  };
  const visit = (line: Line) => {
    readPackedLine(line, fields, ownOrders);
    const [item = 0, upload = 0, copy = 0] = fields;
    let own = uploads.get(upload);
    if (!own) {
      own = measures.map(({ edges }) => new Float64Array(edges.length + 1));
      uploads.set(upload, own);
    }
    let worst: Deviation<number> | undefined;
    for (const [i, { spread, range, edges }] of measures.entries()) {
      const value = valueOfOrder(ownOrders[i] as number);
      if (Number.isNaN(value)) continue;
      count(own[i] as Float64Array, binOf(edges, value));
      if (copy !== 0) continue;
      if (range) count(charts[i] as Float64Array, histogramBin(range, CHART_BINS, value));
      const deviation = Math.abs(standardizedBy(spread, value));
      if (outliers && deviation > outliers.maxDeviation) worst = greaterDeviation(worst, i, deviation);
    }
    if (!outliers || copy !== 0) return;
    place(ownOrders, point, 0);
    const far = dimensions === 0 ? 0 : remoteness(point, 0, landmarkOf.get(item) ?? -1);
    emit('r', item, worst?.of ?? NO_MEASURE, orderOfDouble(far), worst?.deviation ?? 0);
  };
  const finish = () => {
    for (const [i, counts] of charts.entries()) emitBins('h', 0, i, counts, emit);
    for (const [upload, own] of uploads)
      for (const [i, counts] of own.entries()) emitBins('d', upload, i, counts, emit);
  };
  return { visit, finish };
}

function emitBins(what: string, of: number, measure: number, counts: Float64Array, emit: Emit): void {
  for (const [bin, items] of counts.entries()) if (items > 0) emit(what, of, measure, items, bin);
}

function valueOfOrder(order: number): number {
  return order === NO_ORDER ? Number.NaN : singleOfOrder(order);
}
