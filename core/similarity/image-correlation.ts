// Similarity of two small greyscale images after registration: a crop or rescale moves every edge by a pixel, which
// plain correlation cannot match.
import { emptyLine, moveAcross, moveDown, placeLine, type ResampledLine } from './cubic-shift.ts';
import { fitTones, type Tones } from './tone-curve.ts';

const ROUNDS = 5;
/** Largest shift and scale, as a share of the side. */
const FARTHEST = 0.12;
/** Smallest share of overlapping pixels for a comparison. */
const LEAST_SHARE = 0.6;
/** Gaps to the wanted correlation, before step 0, 1, ..., from which more steps cannot reach it. */
const HOPELESS = [0.285, 0.045, 0.015, 0.005];

/** Position of the second image relative to the first. scale: around the centre. dx, dy: in pixels. */
export type CropTransform = { readonly scale: number; readonly dx: number; readonly dy: number };
type Overlap = { readonly likeness: number; readonly next: () => CropTransform | undefined };

const UNMOVED: CropTransform = { scale: 1, dx: 0, dy: 0 };
const NOTHING: Overlap = { likeness: 0, next: () => undefined };
/** Tones are centred at this value before their powers are summed. */
const MIDDLE_TONE = 128;

/**
 * Returns the largest correlation, -1 to 1, of two images uint8 [side, side] over small shifts and scales. Brightness
 * and contrast do not matter and, with `bent`, neither does a tone curve. The search starts at `start` and stops if
 * `wanted` cannot be reached. It uses Gauss-Newton steps (Baker and Matthews 2004, "Lucas-Kanade 20 years on"). Equal
 * images give 1; a uniform image gives 0.
 */
export function imageCorrelation(
  a: Uint8Array,
  b: Uint8Array,
  side: number,
  { start = UNMOVED, wanted = 0, bent = false } = {},
): number {
  let move = start;
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { likeness, next } = compare(a, b, side, move, bent);
    if (round === 0 || likeness > best) best = likeness;
    if (best < wanted - (HOPELESS[round] ?? 0)) return best;
    const moved = next();
    if (!moved || !isSmall(moved, side)) return best;
    move = moved;
  }
  return best;
}

function isSmall({ scale, dx, dy }: CropTransform, side: number): boolean {
  return Math.max(Math.abs(scale - 1), Math.abs(dx) / side, Math.abs(dy) / side) <= FARTHEST;
}

/**
 * Buffers reused by all comparisons, of which there are millions: float64 and 0 or 1 [side, side], and line weights.
 */
const scratch = new Map<number, Scratch>();
type Scratch = {
  readonly lines: Float64Array;
  readonly moved: Float64Array;
  readonly inside: Uint8Array;
  readonly columns: ResampledLine;
  readonly rows: ResampledLine;
};

function scratchOf(side: number): Scratch {
  const before = scratch.get(side);
  if (before) return before;
  const made = {
    lines: new Float64Array(side * side),
    moved: new Float64Array(side * side),
    inside: new Uint8Array(side * side),
    columns: emptyLine(side),
    rows: emptyLine(side),
  };
  scratch.set(side, made);
  return made;
}

/** Returns the correlation of `a` and the moved `b`, and the next Gauss-Newton step. */
function compare(a: Uint8Array, b: Uint8Array, side: number, { scale, dx, dy }: CropTransform, bent: boolean): Overlap {
  const { lines, moved, inside, columns, rows } = scratchOf(side);
  let count = side * side;
  if (scale === 1 && dx === 0 && dy === 0) {
    // Most pairs are decided before the first step.
    moved.set(b);
    inside.fill(1);
  } else {
    placeLine(columns, scale, dx);
    placeLine(rows, scale, dy);
    count = rows.inside * columns.inside;
    if (count < LEAST_SHARE * side * side) return NOTHING;
    moveDown(b, rows, lines);
    moveAcross(lines, rows, columns, moved, inside);
  }
  const fit = fitTones(tonesOf(a, moved, inside, count, bent), bent);
  if (!fit) return NOTHING;
  const next = () => {
    const step = solveStep(a, { moved, inside, ...fit }, side);
    return step && { scale: scale + step.scale, dx: dx + step.dx, dy: dy + step.dy };
  };
  return { likeness: fit.likeness, next };
}

/** Computes the sums of centred tones; higher powers only if `bent`. */
function tonesOf(a: Uint8Array, moved: Float64Array, inside: Uint8Array, count: number, bent: boolean): Tones {
  let [sumA, sumAA, sumAAA, sumAAAA, leastA, mostA] = [0, 0, 0, 0, 255, -255];
  let [sumB, sumBB, sumBBB, sumBBBB, leastB, mostB] = [0, 0, 0, 0, 255, -255];
  let [sumAB, sumAAB, sumABB] = [0, 0, 0];
  for (let i = 0; i < moved.length; i++) {
    if (!inside[i]) continue;
    const one = (a[i] as number) - MIDDLE_TONE;
    const other = (moved[i] as number) - MIDDLE_TONE;
    const [oneSquare, otherSquare] = [one * one, other * other];
    sumA += one;
    sumB += other;
    sumAA += oneSquare;
    sumBB += otherSquare;
    sumAB += one * other;
    if (!bent) continue;
    sumAAA += oneSquare * one;
    sumAAAA += oneSquare * oneSquare;
    sumBBB += otherSquare * other;
    sumBBBB += otherSquare * otherSquare;
    sumAAB += oneSquare * other;
    sumABB += one * otherSquare;
    if (one < leastA) leastA = one;
    if (one > mostA) mostA = one;
    if (other < leastB) leastB = other;
    if (other > mostB) mostB = other;
  }
  return {
    count,
    a: { sum: sumA, square: sumAA, cube: sumAAA, fourth: sumAAAA, least: leastA, most: mostA },
    b: { sum: sumB, square: sumBB, cube: sumBBB, fourth: sumBBBB, least: leastB, most: mostB },
    ab: sumAB,
    aab: sumAAB,
    abb: sumABB,
  };
}

type Moved = {
  readonly moved: Float64Array;
  readonly inside: Uint8Array;
  readonly gain: number;
  readonly offset: number;
};

/**
 * Solves the least-squares problem for the residual between `a` and the moved image after matching brightness and
 * contrast.
 */
function solveStep(a: Uint8Array, { moved, inside, gain, offset }: Moved, side: number): CropTransform | undefined {
  const middle = (side - 1) / 2;
  let [xx, xy, yy, xs, ys, ss, xr, yr, sr] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let y = 1; y < side - 1; y++)
    for (let x = 1; x < side - 1; x++) {
      const i = y * side + x;
      if (!inside[i] || !inside[i - 1] || !inside[i + 1] || !inside[i - side] || !inside[i + side]) continue;
      const gx = (((moved[i + 1] as number) - (moved[i - 1] as number)) / 2) * gain;
      const gy = (((moved[i + side] as number) - (moved[i - side] as number)) / 2) * gain;
      const gs = gx * (x - middle) + gy * (y - middle);
      const rest = (a[i] as number) - MIDDLE_TONE - gain * ((moved[i] as number) - MIDDLE_TONE) - offset;
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
