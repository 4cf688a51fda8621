// A 64-bit perceptual hash of an image (pHash): copies that differ in size, compression or tone have a small Hamming
// distance. It uses the discrete cosine transform, not a difference hash: in flat areas the sign of a gradient changes
// with the least noise, while the lowest frequencies hardly change with size, compression, brightness or contrast.

const SIDE = 32;
const LOW = 8;
/** Coefficients are rounded to this precision to remove floating-point noise. */
const PRECISION = 1024;
/** cos((2x + 1) u pi / 2N) for the lowest frequencies u. */
const COSINES = Float64Array.from({ length: LOW * SIDE }, (_, i) =>
  Math.cos(((2 * (i % SIDE) + 1) * Math.floor(i / SIDE) * Math.PI) / (2 * SIDE)),
);

/** A 64-bit hash as two uint32 halves, because BigInt is slow. */
export type PerceptualHash = { readonly high: number; readonly low: number };

/**
 * Returns the hash of an image. `grey`: uint8 [height, width]. Bit 63 is the first coefficient of the first row; a bit
 * is set if its coefficient is above the median.
 */
export function perceptualHash(grey: Uint8Array, width: number, height: number): bigint {
  const { high, low } = hashOfFrequencies(lowFrequencies(shrink(grey, width, height)));
  return (BigInt(high) << 32n) | BigInt(low);
}

/** Buffers reused by all hashes, of which there are millions: int64 as float64 [8, 8]. */
const [coefficients, reordered] = [new Float64Array(LOW * LOW), new Float64Array(LOW * LOW)];

/** Returns the hash of the 64 lowest-frequency coefficients. */
export function hashOfFrequencies(exact: Float64Array): PerceptualHash {
  for (let i = 0; i < coefficients.length; i++) {
    const value = Math.round((exact[i] as number) * PRECISION);
    coefficients[i] = value;
    reordered[i] = value;
  }
  // Coefficients are integers, so those above the median are those above the greatest one of the lower half.
  const middle = valueAtRank(reordered, reordered.length / 2 - 1);
  let high = 0;
  let low = 0;
  for (let i = 0; i < 32; i++) {
    if ((coefficients[i] as number) > middle) high |= 1 << (31 - i);
    if ((coefficients[i + 32] as number) > middle) low |= 1 << (31 - i);
  }
  return { high: high >>> 0, low: low >>> 0 };
}

/** Returns the value at a rank in ascending order, from 0, and reorders the values (quickselect, Hoare 1961). */
function valueAtRank(values: Float64Array, rank: number): number {
  let [first, last] = [0, values.length - 1];
  while (first < last) {
    const pivot = values[(first + last) >>> 1] as number;
    let [left, right] = [first, last];
    while (left <= right) {
      while ((values[left] as number) < pivot) left++;
      while ((values[right] as number) > pivot) right--;
      if (left > right) break;
      const lower = values[right] as number;
      values[right--] = values[left] as number;
      values[left++] = lower;
    }
    if (rank <= right) last = right;
    else if (rank >= left) first = left;
    else break;
  }
  return values[rank] as number;
}

/** Returns the means of 32 x 32 cells; a pixel counts in each cell by its overlap. */
function shrink(grey: Uint8Array, width: number, height: number): Float64Array {
  const rows = new Float64Array(SIDE * width);
  for (const { from, to, share } of overlaps(height))
    for (let x = 0; x < width; x++)
      rows[to * width + x] = (rows[to * width + x] as number) + (grey[from * width + x] as number) * share;
  const cells = new Float64Array(SIDE * SIDE);
  const across = overlaps(width);
  for (let y = 0; y < SIDE; y++)
    for (let i = 0; i < across.length; i++) {
      const { from, to, share } = across[i] as Overlap;
      cells[y * SIDE + to] = (cells[y * SIDE + to] as number) + (rows[y * width + from] as number) * share;
    }
  return cells;
}

type Overlap = { readonly from: number; readonly to: number; readonly share: number };
const known = new Map<number, readonly Overlap[]>();

/** For each of `length` pixels: the cells that it overlaps, and its shares. Most images have few different lengths. */
function overlaps(length: number): readonly Overlap[] {
  const before = known.get(length);
  if (before) return before;
  const found: Overlap[] = [];
  const scale = SIDE / length;
  for (let from = 0; from < length; from++) {
    const start = from * scale;
    const end = Math.min(start + scale, SIDE);
    for (let to = Math.floor(start); to < end; to++) {
      const share = Math.min(end, to + 1) - Math.max(start, to);
      if (share > 0) found.push({ from, to, share });
    }
  }
  known.set(length, found);
  return found;
}

function lowFrequencies(cells: Float64Array): Float64Array {
  const down = new Float64Array(LOW * SIDE);
  for (let u = 0; u < LOW; u++)
    for (let y = 0; y < SIDE; y++) {
      const cosine = COSINES[u * SIDE + y] as number;
      for (let x = 0; x < SIDE; x++)
        down[u * SIDE + x] = (down[u * SIDE + x] as number) + cosine * (cells[y * SIDE + x] as number);
    }
  const found = new Float64Array(LOW * LOW);
  for (let u = 0; u < LOW; u++)
    for (let v = 0; v < LOW; v++) {
      let sum = 0;
      for (let x = 0; x < SIDE; x++) sum += (COSINES[v * SIDE + x] as number) * (down[u * SIDE + x] as number);
      found[u * LOW + v] = sum;
    }
  return found;
}
