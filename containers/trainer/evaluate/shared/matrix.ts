// Matrices of rows, such as the features of images, and all products of two of them without storing them all.

/** Row-major. */
export type Matrix = {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
};

const ROWS_AT_ONCE = 4;

/**
 * Calls `visit(i, products)` for each row i of a, with `products[j]` its inner product with row j of b. The array is reused for the next
 * row. O(a.rows x b.rows x columns) time, O(b.rows) memory.
 */
export function forEachProductRow(a: Matrix, b: Matrix, visit: (row: number, products: Float64Array) => void): void {
  if (a.columns !== b.columns) throw new RangeError(`rows of ${a.columns} and of ${b.columns} have no product`);
  const products = Array.from({ length: ROWS_AT_ONCE }, () => new Float64Array(b.rows)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let first = 0; first < a.rows; first += ROWS_AT_ONCE) {
    fillProducts(products, a, b, first);
    const last = Math.min(first + ROWS_AT_ONCE, a.rows);
    for (let i = first; i < last; i++) visit(i, products[i - first] as Float64Array);
  }
}

/** Returns the squared length of each row. */
export function squaredNorms({ rows, columns, values }: Matrix): Float64Array {
  const norms = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let c = i * columns; c < (i + 1) * columns; c++) sum += (values[c] as number) ** 2;
    norms[i] = sum;
  }
  return norms;
}

/** Returns the first rows, without a copy. */
export function firstRows({ rows, columns, values }: Matrix, count: number): Matrix {
  const kept = Math.min(rows, count);
  return { rows: kept, columns, values: values.subarray(0, kept * columns) };
}

/** Computes four rows of a for each pass over b. Rows beyond the last repeat it and are not used. */
function fillProducts(
  [p0, p1, p2, p3]: [Float64Array, Float64Array, Float64Array, Float64Array],
  { rows, columns, values: x }: Matrix,
  { rows: others, values: y }: Matrix,
  first: number,
): void {
  const at = (offset: number) => Math.min(first + offset, rows - 1) * columns;
  const [a0, a1, a2, a3] = [at(0), at(1), at(2), at(3)];
  for (let j = 0; j < others; j++) {
    const b = j * columns;
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let c = 0; c < columns; c++) {
      const v = y[b + c] as number;
      s0 += (x[a0 + c] as number) * v;
      s1 += (x[a1 + c] as number) * v;
      s2 += (x[a2 + c] as number) * v;
      s3 += (x[a3 + c] as number) * v;
    }
    p0[j] = s0;
    p1[j] = s1;
    p2[j] = s2;
    p3[j] = s3;
  }
}
