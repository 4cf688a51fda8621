// How alike two small grey pictures are once one is laid over the other: a crop or a new scale moves every edge by a
// pixel, which plain correlation takes for another picture.

const ROUNDS = 5;
/** Of the square's side: a shift or a scale beyond that is another picture. */
const FARTHEST = 0.12;
/** What lies outside after the move is not compared; less than this in common says nothing. */
const LEAST_SHARE = 0.6;
/** Pairs less alike than this before the first move, after it, ... do not become alike by more of them. */
const HOPELESS = [0.6, 0.88, 0.93, 0.95];

/** scale: about the middle. dx, dy: in pixels. */
type Move = { readonly scale: number; readonly dx: number; readonly dy: number };
type Overlap = { readonly likeness: number; readonly next: () => Move | undefined };

const NOTHING: Overlap = { likeness: 0, next: () => undefined };

/**
 * The largest correlation, -1 to 1, of two grids uint8 [side, side] over small shifts and scales: brightness and contrast do
 * not count. It is not sought further above `enough`. Gauss-Newton as in Baker and Matthews 2004, "Lucas-Kanade 20 years on". 1 of equal grids, 0 where one is flat.
 */
export function pictureLikeness(a: Uint8Array, b: Uint8Array, side: number, enough = 1): number {
  let move: Move = { scale: 1, dx: 0, dy: 0 };
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { likeness, next } = compare(a, b, side, move);
    if (round === 0 || likeness > best) best = likeness;
    if (best >= enough || best < (HOPELESS[round] ?? 1)) return best;
    const moved = next();
    if (!moved || !isSmall(moved, side)) return best;
    move = moved;
  }
  return best;
}

function isSmall({ scale, dx, dy }: Move, side: number): boolean {
  return Math.max(Math.abs(scale - 1), Math.abs(dx) / side, Math.abs(dy) / side) <= FARTHEST;
}

/** Correlation of `a` with `b` moved, and the move that a linear model of the rest calls for. */
function compare(a: Uint8Array, b: Uint8Array, side: number, { scale, dx, dy }: Move): Overlap {
  const middle = (side - 1) / 2;
  const moved = new Float64Array(side * side);
  const inside = new Uint8Array(side * side);
  let count = 0;
  let [sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0];
  for (let y = 0; y < side; y++) {
    const fromY = middle + (y - middle) * scale + dy;
    const top = Math.floor(fromY);
    if (top < 0 || top > side - 1 || (top === side - 1 && fromY > top)) continue;
    const down = fromY - top;
    const below = Math.min(top + 1, side - 1);
    for (let x = 0; x < side; x++) {
      const fromX = middle + (x - middle) * scale + dx;
      const left = Math.floor(fromX);
      if (left < 0 || left > side - 1 || (left === side - 1 && fromX > left)) continue;
      const across = fromX - left;
      const right = Math.min(left + 1, side - 1);
      const upper = (b[top * side + left] as number) * (1 - across) + (b[top * side + right] as number) * across;
      const lower = (b[below * side + left] as number) * (1 - across) + (b[below * side + right] as number) * across;
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
