// Chooses the prior from which a model is sampled: the best bound on held-out items, if its samples are no worse.
import type { Prior, PriorMetrics } from '#core/model/messages/latent-facts.ts';
import { amountOf, metricTitle } from '#core/model/metrics.ts';

/** Half the width of the 95 % interval of a normal distribution, in standard errors. */
const Z_95 = 1.96;

export type PriorCandidate = {
  readonly prior: Prior;
  /** Negative ELBO of each held-out item, the same items and draws for all candidates. */
  readonly bounds: Float64Array;
  /** Mean negative ELBO of training items. */
  readonly trained: number;
  readonly figures: PriorMetrics['figures'];
};

export type Chosen = {
  readonly prior: Prior;
  readonly reason: string;
};

/**
 * Compares the candidates in order, the simplest first. A candidate replaces the one before when its bound is lower beyond chance (95 %
 * over items) and no metric of its samples is worse beyond both intervals. When its KID is better beyond both, the other metrics do not
 * count.
 */
export function choosePrior(candidates: readonly PriorCandidate[]): Chosen {
  const [first, ...others] = candidates;
  if (first === undefined) throw new RangeError('there is no prior to choose from');
  let best = first;
  const said: string[] = [];
  for (const next of others) {
    const gain = meanWithin(next.bounds.map((bound, item) => (best.bounds[item] as number) - bound));
    const worse = worseMetrics(next.figures, best.figures);
    const gained = `${gain.mean.toFixed(2)} nats (${gain.low.toFixed(2)} to ${gain.high.toFixed(2)})`;
    if (gain.low > 0 && worse.length === 0) {
      said.push(
        `the ${next.prior} prior lowers the held-out bound of the ${best.prior} prior by ${gained}, and no figure of its draws is worse`,
      );
      best = next;
      continue;
    }
    const why = gain.low > 0 ? `its draws are worse: ${worse.join(', ')}` : `it lowers the held-out bound by ${gained}`;
    said.push(`the ${next.prior} prior is left out for the ${best.prior} prior: ${why}`);
  }
  return { prior: best.prior, reason: said.length === 0 ? `there is only the ${best.prior} prior` : said.join('; ') };
}

/** Returns a candidate as the card shows it. */
export function priorMetrics({ prior, bounds, trained, figures }: PriorCandidate): PriorMetrics {
  const { mean, low, high } = meanWithin(bounds);
  return { prior, heldOut: { nats: mean, low, high }, trained, figures: [...figures] };
}

/** Returns the mean with its 95 % interval. */
function meanWithin(values: Float64Array): { mean: number; low: number; high: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(values.length - 1, 1);
  // A single item has no spread.
  const half = values.length > 1 ? Z_95 * Math.sqrt(variance / values.length) : Number.MAX_VALUE;
  return { mean, low: mean - half, high: mean + half };
}

function worseMetrics(candidate: PriorMetrics['figures'], other: PriorMetrics['figures']): string[] {
  // Identical samples have a high precision: when KID is better beyond chance, no share counts against it.
  const [own, before] = [candidate, other].map((figures) => figures.find(({ name }) => name === 'kid')?.interval);
  if (own && before && own.high < before.low) return [];
  return candidate.flatMap(({ name, better, value, interval }) => {
    const against = other.find((figure) => figure.name === name);
    if (!interval || !against?.interval) return [];
    const isWorse = better === 'lower' ? interval.low > against.interval.high : interval.high < against.interval.low;
    return isWorse ? [`${metricTitle(name)} ${amountOf(name, value)} against ${amountOf(name, against.value)}`] : [];
  });
}
