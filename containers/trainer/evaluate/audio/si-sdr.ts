// The scale-invariant signal-to-distortion ratio of a sound (Le Roux et al. 2019, "SDR: half-baked or well done?").

const LEAST_POWER = 1e-12;

/** Decibels; higher is better. Invented phases make it low however much alike two sounds are to the ear. */
export function siSdr(sound: ArrayLike<number>, truth: ArrayLike<number>): number {
  let [product, power] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    product += (sound[i] as number) * (truth[i] as number);
    power += (truth[i] as number) ** 2;
  }
  const scale = product / Math.max(power, LEAST_POWER);
  let [target, rest] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    const wanted = scale * (truth[i] as number);
    target += wanted ** 2;
    rest += ((sound[i] as number) - wanted) ** 2;
  }
  return 10 * Math.log10(Math.max(target, LEAST_POWER) / Math.max(rest, LEAST_POWER));
}
