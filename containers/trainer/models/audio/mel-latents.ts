// The distribution of the codes of training clips: a mixture of a few Gaussians per class, its size chosen by held-out likelihood.
import { collapseAlarm, countActiveUnits } from '#core/model/active-units.ts';
import { fitClassMixture } from '../latent/class-mixture.ts';
import { type FittedLatents, type LatentsOptions, posteriorDraws } from '../latent/latents.ts';
import { meanLogDensity, standardNormal } from '../latent/mixture.ts';
import { asMixture } from '../latent/prior-bounds.ts';

/** Numbers of Gaussians per class that are tried. */
const SIZES = [1, 3, 6];
/**
 * Factor on the deviations of each Gaussian. The way to sound adds variance: with this factor, drawn clips as sounds vary within their class
 * as real ones do. Wider draws are less often recognised.
 */
const WIDTH = 0.95;

export function fitMelLatents({ train, heldOut, dim, classes, seed }: LatentsOptions): FittedLatents {
  const activeUnits = countActiveUnits(train.zMean, dim);
  const rows = posteriorDraws(train, seed, 'train');
  const heldOutRows = posteriorDraws(heldOut, seed, 'heldOut');
  const fitted = SIZES.map((most) => fitClassMixture({ rows, labels: train.labels, dim, seed, most, width: 1 }));
  const nats = fitted.map((mixture) => meanLogDensity(asMixture(mixture), heldOutRows));
  const best = nats.indexOf(Math.max(...nats));
  const most = SIZES[best] as number;
  const mixture = fitClassMixture({ rows, labels: train.labels, dim, seed, most, width: WIDTH });
  return {
    facts: {
      activeUnits,
      alarm: collapseAlarm(activeUnits, dim) ?? null,
      mixture: {
        components: mixture.components.length,
        covariance: 'full',
        byLabel: classes > 1 && mixture.components.some(({ label }) => label !== null),
        heldOutNats: nats[best] as number,
        priorNats: meanLogDensity(standardNormal(dim), heldOutRows),
      },
    },
    mixture,
  };
}
