// Which of many tables speak for all of them when the first schema is sought.

/**
 * Returns the positions of `count` files at most, in the order of the list: half of them spread over it, and the largest, since a broken
 * file is seldom one of these.
 */
export function sampleBySize(sizes: readonly number[], count: number): number[] {
  const positions = sizes.map((_, i) => i);
  if (sizes.length <= count) return positions;
  const half = Math.floor(count / 2);
  const spreadOut = new Set(Array.from({ length: half }, (_, i) => Math.floor((i * sizes.length) / half)));
  const largest = positions
    .filter((i) => !spreadOut.has(i))
    .sort((a, b) => (sizes[b] as number) - (sizes[a] as number) || a - b);
  return [...spreadOut, ...largest.slice(0, count - spreadOut.size)].sort((a, b) => a - b);
}
