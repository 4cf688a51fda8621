/** Systematic resampling (Kitagawa 1996): `count` candidates by their weights; `start` in [0, 1). */
export function systematicResample(weights: Float64Array, count: number, start: number): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const chosen: number[] = [];
  let sum = 0;
  for (const [candidate, weight] of weights.entries()) {
    sum += weight;
    while (chosen.length < count && ((chosen.length + start) / count) * total < sum) chosen.push(candidate);
  }
  while (chosen.length < count) chosen.push(weights.length - 1);
  return chosen;
}
