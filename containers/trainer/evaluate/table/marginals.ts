// The accuracy of marginal distributions as mostlyai-qa measures it: 1 - total variation distance over cells of at most ten bins.
import { permutation } from '#core/base/random.ts';
import type { Cell } from '#core/kinds/table/codec/codec.ts';
import type { Cells } from './bin-features.ts';

const BINS = 10;
/** Maximum number of triples of columns. */
const MOST_TRIPLES = 1_000;
const MOST_PAIRS = 2_000;

export type MarginalAccuracy = {
  readonly marginals1: number;
  readonly marginals2: number;
  readonly marginals3: number;
};

/**
 * Returns means over all columns, pairs and triples of columns, with the bins of `reference`. A metric without columns is NaN.
 */
export function marginalAccuracy(reference: Cells, other: Cells, seed: number): MarginalAccuracy {
  const bins = reference.map((column) => binningOfColumn(column));
  const coded = (cells: Cells) =>
    cells.map((column, at) => Uint8Array.from(column, (cell) => (bins[at] as ColumnBins).bin(cell)));
  const [a, b] = [coded(reference), coded(other)];
  const columns = a.map((_, column) => column);
  const pairs = columns.flatMap((i) => columns.slice(i + 1).map((j) => [i, j]));
  const of = (groups: readonly (readonly number[])[]) =>
    groups.reduce((sum, group) => sum + accuracyOf(a, b, group), 0) / groups.length;
  return {
    marginals1: of(columns.map((column) => [column])),
    marginals2: of(chosen(pairs, MOST_PAIRS, seed)),
    marginals3: of(triples(columns.length, seed)),
  };
}

/** Returns the accuracy of columns of bins. `group` selects the columns, absent = all. */
export function accuracyOf(
  a: readonly Uint8Array[],
  b: readonly Uint8Array[],
  group: readonly number[] = [...a.keys()],
): number {
  const [p, q] = [shares(a, group), shares(b, group)];
  return 1 - p.reduce((sum, share, cell) => sum + Math.abs(share - (q[cell] as number)), 0) / 2;
}

/** Two more bins than ten: null and rare categories. */
const WIDTH = BINS + 2;

function shares(columns: readonly Uint8Array[], group: readonly number[]): Float64Array {
  const counts = new Float64Array(WIDTH ** group.length);
  const rows = columns[0]?.length ?? 0;
  for (let row = 0; row < rows; row++) {
    let cell = 0;
    for (const column of group) cell = cell * WIDTH + (columns[column]?.[row] as number);
    counts[cell] = (counts[cell] as number) + 1;
  }
  return counts.map((count) => count / Math.max(rows, 1));
}

function triples(columns: number, seed: number): readonly (readonly number[])[] {
  const all: number[][] = [];
  for (let i = 0; i < columns; i++) {
    for (let j = i + 1; j < columns; j++) for (let k = j + 1; k < columns; k++) all.push([i, j, k]);
    // In very wide tables the first triples represent all.
    if (all.length > 100 * MOST_TRIPLES) break;
  }
  return chosen(all, MOST_TRIPLES, seed);
}

function chosen<T>(all: readonly T[], most: number, seed: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from(permutation(seed, 'marginals', all.length).subarray(0, most), (place) => all[place] as T);
}

export type ColumnBins = {
  readonly bins: number;
  bin(cell: Cell): number;
  /** Returns the label of a bin; `bin` assigns only 0 to `bins` - 1. */
  label(bin: number): string;
};

/** Returns at most ten bins of a column, then one for null and one for rare categories. `write` formats a cell. */
export function binningOfColumn(column: readonly Cell[], write: (cell: Cell) => string = String): ColumnBins {
  const present = column.filter((cell) => cell !== null);
  const named = (label: (bin: number) => string) => (bin: number) => {
    if (bin === BINS) return 'empty';
    return bin === BINS + 1 ? 'other values' : label(bin);
  };
  if (typeof present[0] === 'number') {
    const sorted = Float64Array.from(present as number[]).sort();
    const bounds = Array.from(
      { length: BINS - 1 },
      (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / BINS)] as number,
    );
    return {
      bins: WIDTH,
      bin: (cell) => (typeof cell === 'number' ? bounds.filter((bound) => bound <= cell).length : BINS),
      label: named((bin) => {
        const [from, to] = [bounds[bin - 1], bounds[bin]];
        if (from === undefined) return `below ${write(to as number)}`;
        return to === undefined ? `${write(from)} and above` : `${write(from)} to ${write(to)}`;
      }),
    };
  }
  const counts = new Map<Cell, number>();
  for (const cell of present) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const order = [...counts].sort((a, b) => b[1] - a[1]).map(([cell]) => cell);
  const places = new Map(order.slice(0, BINS).map((cell, place) => [cell, place]));
  return {
    bins: WIDTH,
    bin: (cell) => (cell === null ? BINS : (places.get(cell) ?? BINS + 1)),
    label: named((bin) => write(order[bin] as Cell)),
  };
}
