// Says how the held-out codes of a model with a flow lie in its base space.
import type { InBaseSpace } from '../messages/latent-facts.ts';

/** One sentence with the figures beside those of normal vectors and of shifted ones. */
export function baseSpaceSentence(base: InBaseSpace): string {
  const { rows, meanOff, varianceOff, energy, energyOfNormal, energyOfShifted, isNormal } = base;
  const look = isNormal ? 'look' : 'do not look';
  return `In the base space of the flow, ${rows} held-out codes ${look} standard normal: energy distance ${energy.toFixed(3)} (normal vectors ${energyOfNormal.toFixed(3)}, vectors shifted by 0.2 ${energyOfShifted.toFixed(3)}), means off by ${meanOff.toFixed(2)}, variances by ${varianceOff.toFixed(2)}.`;
}
