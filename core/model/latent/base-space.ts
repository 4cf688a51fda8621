// Says how the held-out codes of a model with a flow lie in its base space, and what the flow gained when it went on alone.
import type { FlowTuning, InBaseSpace } from '../messages/latent-facts.ts';

/** One sentence with the figures beside those of normal vectors and of shifted ones. */
export function baseSpaceSentence(base: InBaseSpace): string {
  const { rows, meanOff, varianceOff, energy, energyOfNormal, energyOfShifted, isNormal } = base;
  const look = isNormal ? 'look' : 'do not look';
  return `In the base space of the flow, ${rows} held-out codes ${look} standard normal: energy distance ${energy.toFixed(3)} (normal vectors ${energyOfNormal.toFixed(3)}, vectors shifted by 0.2 ${energyOfShifted.toFixed(3)}), means off by ${meanOff.toFixed(2)}, variances by ${varianceOff.toFixed(2)}.`;
}

/** One sentence about the steps of the flow alone after the training. */
export function flowTuningSentence({ steps, untuned, tuned }: FlowTuning): string {
  const after = `After the training the flow went on alone for ${steps} steps`;
  return tuned < untuned
    ? `${after}: the KL of held-out items fell from ${untuned.toFixed(2)} to ${tuned.toFixed(2)} nats.`
    : `${after}, which did not lower the KL of held-out items of ${untuned.toFixed(2)} nats, so the flow of the training was kept.`;
}
