// A column of cells as small integers, one for each distinct value, so that pairs of columns are counted in arrays.
import type { Cell } from '#core/kinds/table/codec/codec.ts';

export type Coded = {
  /** [rows]. */
  readonly codes: Int32Array;
  readonly values: number;
};
/** Encodes other rows of the same column; values that the first rows lack get new codes. */
export type Coder = (cells: readonly Cell[]) => Coded;

/** Joint counts are stored in an array up to this size, else in a map. */
const MOST_CELLS = 2 ** 20;

export function codedColumn(cells: readonly Cell[]): Coded & { readonly code: Coder } {
  const known = new Map<Cell, number>();
  for (const cell of cells) if (!known.has(cell)) known.set(cell, known.size);
  const code: Coder = (given) => {
    const own = new Map(known);
    const codes = new Int32Array(given.length);
    for (const [row, cell] of given.entries()) {
      let found = own.get(cell);
      if (found === undefined) {
        found = own.size;
        own.set(cell, found);
      }
      codes[row] = found;
    }
    return { codes, values: own.size };
  };
  return { ...code(cells), code };
}

/** Wraps bins that are codes already, 0 to `values` - 1. */
export function binnedColumn(codes: Int32Array, values: number): Coded {
  return { codes, values };
}

/** Returns the number of rows that have each code. */
export function countsOf({ codes, values }: Coded): Float64Array {
  const counts = new Float64Array(values);
  for (const code of codes) counts[code] = (counts[code] as number) + 1;
  return counts;
}

export type JointCounts = {
  /** Visits every pair of codes that occurs, with its number of rows. */
  each(visit: (a: number, b: number, count: number) => void): void;
  of(a: number, b: number): number;
};

export function jointCounts(a: Coded, b: Coded): JointCounts {
  const { values: width } = b;
  if (a.values * width <= MOST_CELLS) {
    const counts = new Float64Array(a.values * width);
    for (const [row, code] of a.codes.entries()) {
      const at = code * width + (b.codes[row] as number);
      counts[at] = (counts[at] as number) + 1;
    }
    return {
      each(visit) {
        for (const [at, count] of counts.entries()) if (count > 0) visit(Math.floor(at / width), at % width, count);
      },
      of: (i, j) => (i < a.values && j < width ? (counts[i * width + j] as number) : 0),
    };
  }
  const counts = new Map<number, number>();
  for (const [row, code] of a.codes.entries()) {
    const at = code * width + (b.codes[row] as number);
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  return {
    each(visit) {
      for (const [at, count] of counts) visit(Math.floor(at / width), at % width, count);
    },
    of: (i, j) => (j < width ? (counts.get(i * width + j) ?? 0) : 0),
  };
}
