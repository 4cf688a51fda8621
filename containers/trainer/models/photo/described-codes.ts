// The facts of the model card about the codes of a photo model and their prior.
import { collapseAlarm, countActiveUnits } from '#core/model/active-units.ts';
import { codeDensities, densityQuantiles } from '#core/model/latent/outlier-score.ts';
import type { LatentMixture } from '#core/model/latent-mixture.ts';
import type { DescribedLatents } from '../../learn/learner.ts';
import type { Encoded } from '../latent/latents.ts';
import { meanLogDensity } from '../latent/mixture.ts';

/** A perceptual loss is not a likelihood, so no prior has a bound on log p(x). */
const WITHOUT_BOUNDS = { bounds: new Map(), trained: new Map() } as const;

/**
 * Returns the facts. `heldOutNats` is the mean log density of held-out codes under the prior of all classes, `priorNats` under the standard
 * normal prior.
 */
export function describedCodes({
  prior,
  isDrawnFrom,
  train,
  heldOut,
}: {
  readonly prior: LatentMixture;
  /** Whether the model draws from the prior; otherwise from the standard normal distribution. */
  readonly isDrawnFrom: boolean;
  readonly train: Encoded;
  readonly heldOut: Encoded;
}): DescribedLatents {
  const { latentDim, covariance, components } = prior;
  const activeUnits = countActiveUnits(train.zMean, latentDim);
  const alarm = collapseAlarm(activeUnits, latentDim) ?? null;
  const quantiles = () => densityQuantiles(codeDensities(heldOut.zMean, latentDim, isDrawnFrom ? prior : null));
  if (!isDrawnFrom)
    return { facts: { activeUnits, alarm, mixture: null }, mixture: null, ...WITHOUT_BOUNDS, quantiles };
  const fitted = components.map(({ weight, mean, factor }) => ({
    weight,
    gaussian: { mean: Float64Array.from(mean), factor: Float64Array.from(factor) },
  }));
  const standard = { mean: new Float64Array(latentDim), factor: new Float64Array(latentDim).fill(1) };
  const mixture = {
    components: components.length,
    covariance,
    byLabel: components.every(({ label }) => label !== null),
    heldOutNats: meanLogDensity({ covariance, components: fitted }, heldOut.zMean),
    priorNats: meanLogDensity(
      { covariance: 'diagonal', components: [{ weight: 1, gaussian: standard }] },
      heldOut.zMean,
    ),
  };
  return { facts: { activeUnits, alarm, mixture }, mixture: prior, ...WITHOUT_BOUNDS, quantiles };
}
