// The distance of each item from its nearest neighbours in a low-dimensional space, a measure of how unusual the item is.

const NEIGHBOURS = 5;
/** All are compared with these alone, so that the work grows with the items and not with their square. */
const LANDMARKS = 1_000;
const NO_LANDMARK = -1;

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
  return (points, start, own) => {
    nearest.fill(Number.POSITIVE_INFINITY);
    for (let landmark = 0; landmark < count; landmark++) {
      if (landmark === own) continue;
      let at = NEIGHBOURS - 1;
      const most = nearest[at] as number;
      const distance = squaredDistance(points, start, landmarks, landmark * dimensions, dimensions, most);
      if (distance >= most) continue;
      for (; at > 0 && (nearest[at - 1] as number) > distance; at--) nearest[at] = nearest[at - 1] as number;
      nearest[at] = distance;
    }
    const known = nearest.filter(Number.isFinite);
    return known.length === 0 ? 0 : known.reduce((sum, distance) => sum + Math.sqrt(distance), 0) / known.length;
  };
}

/** Stops where it is more than `most`. */
function squaredDistance(
  points: Float32Array,
  a: number,
  landmarks: Float32Array,
  b: number,
  dimensions: number,
  most: number,
): number {
  let sum = 0;
  for (let i = 0; i < dimensions && sum < most; i++) {
    const difference = (points[a + i] as number) - (landmarks[b + i] as number);
    sum += difference * difference;
  }
  return sum;
}
