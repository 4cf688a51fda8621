// How alike two small grey pictures are once one is laid over the other: a crop or a new scale moves every edge by a
// pixel, which plain correlation takes for another picture.

const ROUNDS = 5;
/** Of the square's side: a shift or a scale beyond that is another picture. */
const FARTHEST = 0.12;
/** What lies outside after the move is not compared; less than this in common says nothing. */
const LEAST_SHARE = 0.6;
/** Pairs farther from what is wanted before the first move, after it, ... do not get there by more of them. */
const HOPELESS = [0.285, 0.045, 0.015, 0.005];

/** Where the second of two grids lies under the first. scale: about the middle. dx, dy: in pixels. */
export type Move = { readonly scale: number; readonly dx: number; readonly dy: number };
type Overlap = { readonly likeness: number; readonly next: () => Move | undefined };

const UNMOVED: Move = { scale: 1, dx: 0, dy: 0 };
const NOTHING: Overlap = { likeness: 0, next: () => undefined };

/**
 * The largest correlation, -1 to 1, of two grids uint8 [side, side] over small shifts and scales: brightness and contrast do
 * not count. It is sought from `start` on, and given up where `wanted` is out of reach. Gauss-Newton as in Baker and Matthews 2004, "Lucas-Kanade 20 years on". 1 of equal
 * grids, 0 where one is flat.
 */
export function pictureLikeness(
  a: Uint8Array,
  b: Uint8Array,
  side: number,
  { start = UNMOVED, wanted = 0 } = {},
): number {
  let move = start;
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { likeness, next } = compare(a, b, side, move);
    if (round === 0 || likeness > best) best = likeness;
    if (best < wanted - (HOPELESS[round] ?? 0)) return best;
    const moved = next();
    if (!moved || !isSmall(moved, side)) return best;
    move = moved;
  }
  return best;
}

function isSmall({ scale, dx, dy }: Move, side: number): boolean {
  return Math.max(Math.abs(scale - 1), Math.abs(dx) / side, Math.abs(dy) / side) <= FARTHEST;
}

/** Used again by the next comparison, since there are millions: float64 and 0 or 1 [side, side], and what lies where in a line. */
const scratch = new Map<number, Scratch>();
type Scratch = {
  readonly moved: Float64Array;
  readonly inside: Uint8Array;
  readonly columns: Line;
  readonly rows: Line;
};
/** Of each place of a line: the place below the one that it comes from, or -1 outside, and how far beyond it. */
type Line = { readonly first: Int32Array; readonly beyond: Float64Array };

function scratchOf(side: number): Scratch {
  const before = scratch.get(side);
  if (before) return before;
  const line = () => ({ first: new Int32Array(side), beyond: new Float64Array(side) });
  const made = {
    moved: new Float64Array(side * side),
    inside: new Uint8Array(side * side),
    columns: line(),
    rows: line(),
  };
  scratch.set(side, made);
  return made;
}

function place({ first, beyond }: Line, side: number, scale: number, shift: number): void {
  const middle = (side - 1) / 2;
  for (let at = 0; at < side; at++) {
    const from = middle + (at - middle) * scale + shift;
    const below = Math.min(Math.floor(from), side - 2);
    first[at] = from < 0 || from > side - 1 ? -1 : below;
    beyond[at] = from - below;
  }
}

/** Correlation of `a` with `b` moved, and the move that a linear model of the rest calls for. */
function compare(a: Uint8Array, b: Uint8Array, side: number, { scale, dx, dy }: Move): Overlap {
  const { moved, inside, columns, rows } = scratchOf(side);
  inside.fill(0);
  place(columns, side, scale, dx);
  place(rows, side, scale, dy);
  let count = 0;
  let [sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0];
  for (let y = 0; y < side; y++) {
    const top = rows.first[y] as number;
    if (top < 0) continue;
    const down = rows.beyond[y] as number;
    for (let x = 0; x < side; x++) {
      const left = columns.first[x] as number;
      if (left < 0) continue;
      const across = columns.beyond[x] as number;
      const at = top * side + left;
      const upper = (b[at] as number) * (1 - across) + (b[at + 1] as number) * across;
      const lower = (b[at + side] as number) * (1 - across) + (b[at + side + 1] as number) * across;
      const value = upper * (1 - down) + lower * down;
      const i = y * side + x;
      moved[i] = value;
      inside[i] = 1;
      const other = a[i] as number;
      count++;
      sumA += other;
      sumB += value;
      sumAA += other * other;
      sumBB += value * value;
      sumAB += other * value;
    }
  }
  if (count < LEAST_SHARE * side * side) return NOTHING;
  const varianceA = sumAA - (sumA * sumA) / count;
  const varianceB = sumBB - (sumB * sumB) / count;
  if (varianceA <= 0 || varianceB <= 0) return NOTHING;
  const gain = Math.sqrt(varianceA / varianceB);
  const likeness = (sumAB - (sumA * sumB) / count) / Math.sqrt(varianceA * varianceB);
  const offset = sumA / count - (gain * sumB) / count;
  const next = () => {
    const step = solveStep(a, { moved, inside, gain, offset }, side);
    return step && { scale: scale + step.scale, dx: dx + step.dx, dy: dy + step.dy };
  };
  return { likeness, next };
}

type Moved = {
  readonly moved: Float64Array;
  readonly inside: Uint8Array;
  readonly gain: number;
  readonly offset: number;
};

/** Least squares for what is left between `a` and the moved picture, brought to the brightness and contrast of `a`. */
function solveStep(a: Uint8Array, { moved, inside, gain, offset }: Moved, side: number): Move | undefined {
  const middle = (side - 1) / 2;
  let [xx, xy, yy, xs, ys, ss, xr, yr, sr] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let y = 1; y < side - 1; y++)
    for (let x = 1; x < side - 1; x++) {
      const i = y * side + x;
      if (!inside[i] || !inside[i - 1] || !inside[i + 1] || !inside[i - side] || !inside[i + side]) continue;
      const gx = (((moved[i + 1] as number) - (moved[i - 1] as number)) / 2) * gain;
      const gy = (((moved[i + side] as number) - (moved[i - side] as number)) / 2) * gain;
      const gs = gx * (x - middle) + gy * (y - middle);
      const rest = (a[i] as number) - gain * (moved[i] as number) - offset;
      xx += gx * gx;
      xy += gx * gy;
      yy += gy * gy;
      xs += gx * gs;
      ys += gy * gs;
      ss += gs * gs;
      xr += gx * rest;
      yr += gy * rest;
      sr += gs * rest;
    }
  const determinant = det3(xx, xy, xs, xy, yy, ys, xs, ys, ss);
  if (!(Math.abs(determinant) > 1e-9 * (1 + xx * yy * ss))) return undefined;
  return {
    dx: det3(xr, xy, xs, yr, yy, ys, sr, ys, ss) / determinant,
    dy: det3(xx, xr, xs, xy, yr, ys, xs, sr, ss) / determinant,
    scale: det3(xx, xy, xr, xy, yy, yr, xs, ys, sr) / determinant,
  };
}

function det3(a: number, b: number, c: number, d: number, e: number, f: number, g: number, h: number, i: number) {
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}
