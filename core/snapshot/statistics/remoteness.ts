// The distance of each item from its nearest neighbours in a low-dimensional space, a measure of how unusual the item is.

const NEIGHBOURS = 5;
/** All are compared with these alone, so that the work grows with the items and not with their square. */
const LANDMARKS = 1_000;

/** `points`: float32 [count, dimensions]. Mean distance of each to the 5 nearest of 1,000 items spread over all. */
export function remotenessOf(points: Float32Array, dimensions: number): Float64Array {
  const count = dimensions === 0 ? 0 : points.length / dimensions;
  const landmarks = Int32Array.from({ length: Math.min(LANDMARKS, count) }, (_, i) =>
    Math.floor((i * count) / Math.min(LANDMARKS, count)),
  );
  const nearest = new Float64Array(NEIGHBOURS);
  return Float64Array.from({ length: count }, (_, item) => {
    nearest.fill(Number.POSITIVE_INFINITY);
    for (const landmark of landmarks) {
      if (landmark === item) continue;
      const distance = squaredDistance(
        points,
        item * dimensions,
        landmark * dimensions,
        dimensions,
        nearest[NEIGHBOURS - 1] as number,
      );
      let at = NEIGHBOURS - 1;
      if (distance >= (nearest[at] as number)) continue;
      for (; at > 0 && (nearest[at - 1] as number) > distance; at--) nearest[at] = nearest[at - 1] as number;
      nearest[at] = distance;
    }
    const known = nearest.filter(Number.isFinite);
    return known.length === 0 ? 0 : known.reduce((sum, distance) => sum + Math.sqrt(distance), 0) / known.length;
  });
}

/** Stops where it is more than `most`. */
function squaredDistance(points: Float32Array, a: number, b: number, dimensions: number, most: number): number {
  let sum = 0;
  for (let i = 0; i < dimensions && sum < most; i++) {
    const difference = (points[a + i] as number) - (points[b + i] as number);
    sum += difference * difference;
  }
  return sum;
}
