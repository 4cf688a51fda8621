// Finds the smooth displacement that makes two pictures agree: their brightness, freed of lighting, and the strength of their edges,
// from coarse to fine. Gauss and Newton's method over a grid of control points (Szeliski and Coughlan 1997, "Spline-based image
// registration").
import { filterInside, gaussianWindow, type Plane, padEdges } from '#core/similarity/fidelity/gaussian.ts';
import { solveSymmetric } from '../numeric/solve-symmetric.ts';

/** Control points a side. */
const GRID = 7;
/** Pixels a side at which pictures are compared. */
export const COMPARED_SIDE = 64;
/** Deviations of the blur, coarse to fine, in compared pixels. */
const BLURS = [6, 3, 1.5];
const STEPS = 6;
/** Weight of the bending energy, at the coarse and at the fine level. */
const STIFFNESS = 0.02;
const MOST_MOVE = COMPARED_SIDE / 4;
const LOCAL_BLUR = 8;
const LEAST_DEVIATION = 0.05;

/**
 * Displacements at the control points, as shares of the side: the offset from a position in the first image to that in the second.
 */
export type DisplacementField = { readonly x: Float64Array; readonly y: Float64Array };
export type Registered = {
  readonly field: DisplacementField /** Mean square of the remaining difference. */;
  readonly difference: number;
};

/** `first` and `second`: brightness in [0, 1], COMPARED_SIDE pixels a side. */
export function register(first: Plane, second: Plane): Registered {
  const points = GRID * GRID;
  const move = new Float64Array(2 * points);
  let difference = Number.POSITIVE_INFINITY;
  for (const blur of BLURS) {
    const pairs = featuresOf(first).map((plane, i) => [
      blurred(plane, blur),
      blurred(featuresOf(second)[i] as Plane, blur),
    ]) as [Plane, Plane][];
    for (let step = 0; step < STEPS; step++) {
      const normal = new Float64Array(4 * points * points);
      const right = new Float64Array(2 * points);
      difference = accumulate(pairs, move, normal, right);
      bend(move, normal, right, STIFFNESS * COMPARED_SIDE);
      const change = solveSymmetric(normal, right);
      for (let i = 0; i < move.length; i++)
        move[i] = Math.max(-MOST_MOVE, Math.min(MOST_MOVE, (move[i] as number) - (change[i] as number)));
    }
  }
  const scaled = move.map((value) => value / COMPARED_SIDE);
  return { field: { x: scaled.slice(0, points), y: scaled.slice(points) }, difference };
}

/** The displacement at a place, both in shares of the side. */
export function displacementAt({ x, y }: DisplacementField, u: number, v: number): readonly [number, number] {
  let [dx, dy] = [0, 0];
  for (const { at, share } of cornersOf(u, v)) {
    dx += share * (x[at] as number);
    dy += share * (y[at] as number);
  }
  return [dx, dy];
}

/** Adds the derivatives of the squared differences, half way between the pictures; returns their mean. */
function accumulate(
  pairs: readonly [Plane, Plane][],
  move: Float64Array,
  normal: Float64Array,
  right: Float64Array,
): number {
  const points = GRID * GRID;
  let sum = 0;
  for (let v = 0; v < COMPARED_SIDE; v++) {
    for (let u = 0; u < COMPARED_SIDE; u++) {
      const corners = cornersOf((u + 0.5) / COMPARED_SIDE, (v + 0.5) / COMPARED_SIDE);
      let [dx, dy] = [0, 0];
      for (const { at, share } of corners) {
        dx += share * (move[at] as number);
        dy += share * (move[points + at] as number);
      }
      for (const [a, b] of pairs) {
        const left = sample(a, u - dx / 2, v - dy / 2);
        const other = sample(b, u + dx / 2, v + dy / 2);
        const residual = left.value - other.value;
        sum += residual * residual;
        const slopes = [-(left.slopeX + other.slopeX) / 2, -(left.slopeY + other.slopeY) / 2];
        const places = corners.flatMap(({ at, share }) => [
          { at, slope: share * (slopes[0] as number) },
          { at: points + at, slope: share * (slopes[1] as number) },
        ]);
        for (const one of places) {
          right[one.at] = (right[one.at] as number) + one.slope * residual;
          for (const two of places)
            normal[one.at * 2 * points + two.at] =
              (normal[one.at * 2 * points + two.at] as number) + one.slope * two.slope;
        }
      }
    }
  }
  return sum / (COMPARED_SIDE * COMPARED_SIDE * pairs.length);
}

/** Adds what differences between neighbouring control points cost, and a little of what any move does. */
function bend(move: Float64Array, normal: Float64Array, right: Float64Array, stiffness: number): void {
  const points = GRID * GRID;
  const size = 2 * points;
  const tie = (a: number, b: number) => {
    const gap = (move[a] as number) - (move[b] as number);
    right[a] = (right[a] as number) + stiffness * gap;
    right[b] = (right[b] as number) - stiffness * gap;
    for (const [i, j, sign] of [
      [a, a, 1],
      [b, b, 1],
      [a, b, -1],
      [b, a, -1],
    ] as const)
      normal[i * size + j] = (normal[i * size + j] as number) + sign * stiffness;
  };
  for (let axis = 0; axis < 2; axis++) {
    for (let i = 0; i < points; i++) {
      const at = axis * points + i;
      if (i % GRID < GRID - 1) tie(at, at + 1);
      if (i < points - GRID) tie(at, at + GRID);
      right[at] = (right[at] as number) + (stiffness / 10) * (move[at] as number);
      normal[at * size + at] = (normal[at * size + at] as number) + stiffness / 10;
    }
  }
}

function cornersOf(u: number, v: number) {
  const [x, y] = [u, v].map((at) => Math.max(0, Math.min(GRID - 1.000001, at * (GRID - 1)))) as [number, number];
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [x - column, y - row];
  const at = row * GRID + column;
  return [
    { at, share: (1 - right) * (1 - down) },
    { at: at + 1, share: right * (1 - down) },
    { at: at + GRID, share: (1 - right) * down },
    { at: at + GRID + 1, share: right * down },
  ];
}

/** Samples bilinearly, with slopes; edge values continue outside. */
function sample({ width, height, values }: Plane, x: number, y: number) {
  const [u, v] = [Math.max(0, Math.min(width - 1.000001, x)), Math.max(0, Math.min(height - 1.000001, y))];
  const [column, row] = [Math.floor(u), Math.floor(v)];
  const [right, down] = [u - column, v - row];
  const at = row * width + column;
  const [a, b, c, d] = [values[at], values[at + 1], values[at + width], values[at + width + 1]] as [
    number,
    number,
    number,
    number,
  ];
  return {
    value: (a * (1 - right) + b * right) * (1 - down) + (c * (1 - right) + d * right) * down,
    slopeX: (b - a) * (1 - down) + (d - c) * down,
    slopeY: (c - a) * (1 - right) + (d - b) * right,
  };
}

/** Brightness over that of the surroundings, in local deviations, and the strength of edges. */
function featuresOf(plane: Plane): readonly Plane[] {
  const mean = blurred(plane, LOCAL_BLUR);
  const centred = { ...plane, values: plane.values.map((value, i) => value - (mean.values[i] as number)) };
  const variance = blurred({ ...plane, values: centred.values.map((value) => value * value) }, LOCAL_BLUR);
  const values = centred.values.map(
    (value, i) => value / Math.max(LEAST_DEVIATION, Math.sqrt(Math.max(0, variance.values[i] as number))),
  );
  const normalised = { ...plane, values };
  const edges = values.map((_, i) => {
    const { slopeX, slopeY } = sample(normalised, i % plane.width, Math.floor(i / plane.width));
    return Math.hypot(slopeX, slopeY);
  });
  return [normalised, { ...plane, values: edges }];
}

export function blurred(plane: Plane, deviation: number): Plane {
  const radius = Math.ceil(2 * deviation);
  return filterInside(padEdges(plane, radius), gaussianWindow(deviation, radius));
}
