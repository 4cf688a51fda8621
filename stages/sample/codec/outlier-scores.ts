// How unlike the items that a model has seen given items are, by the density of their codes.
import { codeDensity, outlierScore } from '#core/model/latent/outlier-score.ts';
import { defaultPrior } from '#core/model/messages/latent-facts.ts';
import type { ReadCode } from '../drawing/given-items.ts';
import type { Networks } from '../drawing/open-networks.ts';

type Model = Pick<Networks, 'card' | 'densities' | 'mixture'>;

/**
 * One score a code, 0 to 1; null where none is known: of models that were trained without percentiles, and of codes in the base space
 * of a flow, whose density only the encoder tells.
 */
export async function outlierScores(
  codes: readonly ReadCode[],
  { card, densities, mixture }: Model,
): Promise<(number | null)[]> {
  const quantiles = card.latent?.densityQuantiles;
  if (quantiles === undefined) return codes.map(() => null);
  if (defaultPrior(card.latent) !== 'flow')
    return codes.map(({ z }) => outlierScore(quantiles, codeDensity(z, mixture)));
  const images = codes.flatMap(({ pixels, label }) => (pixels ? [{ pixels, label }] : []));
  if (images.length === 0) return codes.map(() => null);
  const found = await densities(
    Buffer.concat(images.map(({ pixels }) => pixels)),
    Int32Array.from(images, ({ label }) => label),
  );
  let next = 0;
  return codes.map(({ pixels }) => (pixels && found ? outlierScore(quantiles, found[next++] as number) : null));
}
