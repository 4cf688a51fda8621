// Counts the active latent dimensions of a VAE and warns of posterior collapse.

/**
 * A latent dimension is active if its mean varies by more than this over the data (Burda et al. 2015, "Importance
 * weighted autoencoders").
 */
const LEAST_VARIANCE = 0.01;

/** Counts the dimensions of `zMean` [items, latentDim] whose variance over the items is above 0.01. */
export function countActiveUnits(zMean: Float32Array, latentDim: number): number {
  const items = zMean.length / latentDim;
  let active = 0;
  for (let unit = 0; unit < latentDim; unit++) {
    let [sum, squares] = [0, 0];
    for (let at = unit; at < zMean.length; at += latentDim) {
      const value = zMean[at] as number;
      sum += value;
      squares += value * value;
    }
    if (squares / items - (sum / items) ** 2 > LEAST_VARIANCE) active++;
  }
  return active;
}

/**
 * Returns a warning of posterior collapse; undefined if at least half of the dimensions are active, or the model has
 * none to count.
 */
export function collapseAlarm(activeUnits: number | undefined, latentDim: number): string | undefined {
  if (activeUnits === undefined || activeUnits * 2 >= latentDim) return undefined;
  const most = `${activeUnits} of ${latentDim} latent dimensions tell items apart, the others are noise`;
  return activeUnits === 0
    ? `The latent space is not used (posterior collapse): ${most}. All samples will look alike. Try a lower train.beta, train.betaWarmup=5 or train.freeBits=0.1.`
    : `Most latent dimensions are inactive (${most}). train.latentDim=${activeUnits} would be enough; a lower train.beta or train.freeBits=0.1 would use more of them.`;
}
