// The importance-weighted bound on the likelihood (Burda et al. 2015, "Importance weighted autoencoders").

/**
 * Nats per item, lower is better: -log of the mean of k weights p(x, z) / q(z | x), averaged over items. `draws` holds k
 * arrays of log weights, one number an item. With k = 1 it is the negative ELBO; it only falls as k grows.
 */
export function importanceBound(draws: readonly ArrayLike<number>[]): number {
  const items = draws[0]?.length ?? 0;
  if (items === 0) throw new RangeError('the bound needs at least one draw of at least one item');
  let sum = 0;
  for (let item = 0; item < items; item++) {
    const weights = draws.map((draw) => draw[item] as number);
    const most = Math.max(...weights);
    // Shifted by the greatest, so that no exponential overflows.
    const mean = weights.reduce((total, weight) => total + Math.exp(weight - most), 0) / weights.length;
    sum -= most + Math.log(mean);
  }
  return sum / items;
}
