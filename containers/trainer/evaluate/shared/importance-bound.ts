// The importance-weighted bound on the likelihood (Burda et al. 2015, "Importance weighted autoencoders").
import type { TestMetrics } from '#core/model/messages/run.ts';
import type { Items } from '../../data/batches.ts';
import type { Learner } from '../../learn/learner.ts';

/** Number of passes through the model over all items. */
const DRAWS = 100;

/** Returns the bound, or undefined for a learner without a likelihood. */
export async function measureImportance(
  learner: Pick<Learner, 'logWeights'>,
  items: Items,
  yieldToEventLoop: () => Promise<void>,
): Promise<TestMetrics['importance']> {
  const draws: Float32Array[] = [];
  for (let draw = 0; learner.logWeights && draw < DRAWS; draw++) {
    draws.push(learner.logWeights(items, draw));
    await yieldToEventLoop();
  }
  if (draws.length === 0) return undefined;
  return { k: draws.length, items: items.items, nats: importanceBound(draws) };
}

/**
 * Returns nats per item, lower is better: -log of the mean of k weights p(x, z) / q(z | x), averaged over items. `draws` holds k arrays of
 * log weights, one number per item. With k = 1 it is the negative ELBO; in expectation it falls as k grows.
 */
export function importanceBound(draws: readonly ArrayLike<number>[]): number {
  const items = draws[0]?.length ?? 0;
  if (items === 0) throw new RangeError('the bound needs at least one draw of at least one item');
  let sum = 0;
  for (let item = 0; item < items; item++) {
    const weights = draws.map((draw) => draw[item] as number);
    const most = Math.max(...weights);
    // Shifted by the maximum, so that no exponential overflows.
    const mean = weights.reduce((total, weight) => total + Math.exp(weight - most), 0) / weights.length;
    sum -= most + Math.log(mean);
  }
  return sum / items;
}
