// The distance of each item from its nearest neighbours in a low-dimensional space, a measure of how unusual the item is.

const NEIGHBOURS = 5;
/** All are compared with these alone, so that the work grows with the items and not with their square. */
const LANDMARKS = 1_000;
const NO_LANDMARK = -1;
/** Landmarks whose distances are computed together. */
const SIDE_BY_SIDE = 4;

/** `points`: float32 [count, dimensions]. Mean distance of each to the 5 nearest of 1,000 items spread over all. */
export function remotenessOf(points: Float32Array, dimensions: number): Float64Array {
  const count = dimensions === 0 ? 0 : points.length / dimensions;
  const items = landmarksOf(count);
  const landmarks = new Float32Array(items.length * dimensions);
  const landmarkOf = new Map(items.map((item, landmark) => [item, landmark]));
  for (const [landmark, item] of items.entries())
    landmarks.set(points.subarray(item * dimensions, (item + 1) * dimensions), landmark * dimensions);
  const measure = remotenessFrom(landmarks, dimensions);
  return Float64Array.from({ length: count }, (_, item) =>
    measure(points, item * dimensions, landmarkOf.get(item) ?? NO_LANDMARK),
  );
}

/** Returns the positions of the landmarks among `count` items. */
export function landmarksOf(count: number): number[] {
  const landmarks = Math.min(LANDMARKS, count);
  return Array.from({ length: landmarks }, (_, i) => Math.floor((i * count) / landmarks));
}

/**
 * Returns a function of a point in `points` that begins at `start`. `landmarks`: float32 [n, dimensions]. `own`: the landmark that the point itself is,
 * which does not count; -1 if it is not one of them.
 */
export function remotenessFrom(
  landmarks: Float32Array,
  dimensions: number,
): (points: Float32Array, start: number, own: number) => number {
  const count = landmarks.length / dimensions;
  const nearest = new Float64Array(NEIGHBOURS);
  const distances = new Float64Array(SIDE_BY_SIDE);
  return (points, start, own) => {
    nearest.fill(Number.POSITIVE_INFINITY);
    for (let first = 0; first < count; first += SIDE_BY_SIDE) {
      squaredDistances(points, start, landmarks, first * dimensions, dimensions, distances);
      for (let i = 0; i < SIDE_BY_SIDE && first + i < count; i++) {
        let at = NEIGHBOURS - 1;
        const distance = distances[i] as number;
        if (!(distance < (nearest[at] as number)) || first + i === own) continue;
        for (; at > 0 && (nearest[at - 1] as number) > distance; at--) nearest[at] = nearest[at - 1] as number;
        nearest[at] = distance;
      }
    }
    const known = nearest.filter(Number.isFinite);
    return known.length === 0 ? 0 : known.reduce((sum, distance) => sum + Math.sqrt(distance), 0) / known.length;
  };
}

/**
 * Computes the squared distances of a point from four landmarks, of which the first begins at `from`; those behind the last one are NaN. Each is added up in the
 * order of the dimensions: a processor adds independent sums side by side.
 */
function squaredDistances(
  points: Float32Array,
  start: number,
  landmarks: Float32Array,
  from: number,
  dimensions: number,
  into: Float64Array,
): void {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0, at = from; i < dimensions; i++, at++) {
    const own = points[start + i] as number;
    const ofA = own - (landmarks[at] as number);
    const ofB = own - (landmarks[at + dimensions] as number);
    const ofC = own - (landmarks[at + 2 * dimensions] as number);
    const ofD = own - (landmarks[at + 3 * dimensions] as number);
    a += ofA * ofA;
    b += ofB * ofB;
    c += ofC * ofC;
    d += ofD * ofD;
  }
  into[0] = a;
  into[1] = b;
  into[2] = c;
  into[3] = d;
}
