/** Solves factor * y = vector in place, by forward substitution. `factor`: a lower triangle by rows. */
export function solveLower(factor: ArrayLike<number>, vector: Float64Array): void {
  for (let i = 0, at = 0; i < vector.length; i++) {
    let value = vector[i] as number;
    for (let j = 0; j < i; j++, at++) value -= (factor[at] as number) * (vector[j] as number);
    vector[i] = value / (factor[at++] as number);
  }
}
