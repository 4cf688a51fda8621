// Finds faults of generated texts. No single metric shows them: copied training texts are all plausible, shuffled letters are all new.
import { shareText } from '../../base/format.ts';
import type { TextFigure, TextFigureName, TextMetrics } from '../messages/text-metrics.ts';
import type { ModelFault } from './model-fault.ts';

type TextFault = ModelFault<
  'collapsed' | 'copied' | 'worse-than-baseline' | 'wrong-class' | 'latents-unused' | 'latents-at-floor'
>;

/** Minimum number of distinct texts, as a share of that of real texts. */
const LEAST_DISTINCT = 0.5;
/** Minimum share of plausible texts, relative to that of real texts. */
const LEAST_PLAUSIBLE = 0.5;
/** Training texts drawn, beyond those that the n-gram model draws. */
const MOST_COPIES = 0.25;
/** The midpoint between guessing and the judge's result for real texts. */
const HALF = 0.5;
/** Below this KL the latent variables contain no information about a text. */
const LEAST_KL = 0.5;
/** Within this factor of the free nats, z only holds the information that costs nothing. */
const AT_FLOOR = 1.1;

export function textFaults(metrics: TextMetrics): TextFault[] {
  return [...collapse(metrics), ...copies(metrics), ...baseline(metrics), ...classes(metrics), ...latents(metrics)];
}

function collapse(metrics: TextMetrics): TextFault[] {
  const distinct = metricOf(metrics, 'distinctTexts');
  if (!distinct || distinct.real === null || distinct.model >= LEAST_DISTINCT * distinct.real) return [];
  const sentence = `The texts drawn repeat each other: ${shareText(distinct.model, 1)} of them are distinct, of real texts ${shareText(distinct.real, 1)}. Train longer, or draw with a higher temperature.`;
  return [{ code: 'collapsed', sentence, blocks: true }];
}

function copies(metrics: TextMetrics): TextFault[] {
  const novelty = metricOf(metrics, 'novelty');
  if (!novelty || novelty.kneserNey === null || novelty.model >= novelty.kneserNey - MOST_COPIES) return [];
  const sentence = `The model copies training texts: ${shareText(1 - novelty.model, 1)} of the texts drawn are training texts, of those of an n-gram model ${shareText(1 - novelty.kneserNey, 1)}. Add texts, or train for fewer epochs.`;
  return [{ code: 'copied', sentence, blocks: true }];
}

function baseline(metrics: TextMetrics): TextFault[] {
  const plausible = metricOf(metrics, 'plausible');
  if (!plausible || plausible.real === null || plausible.model >= LEAST_PLAUSIBLE * plausible.real) return [];
  const shuffled =
    plausible.shuffled === null ? '' : `, of training texts with shuffled letters ${shareText(plausible.shuffled, 1)}`;
  const sentence = `The texts drawn do not look like those of the dataset: an n-gram model calls ${shareText(plausible.model, 1)} of them plausible, of real texts ${shareText(plausible.real, 1)}${shuffled}. Train longer.`;
  return [{ code: 'worse-than-baseline', sentence, blocks: true }];
}

function classes(metrics: TextMetrics): TextFault[] {
  const asked = metricOf(metrics, 'askedClass');
  if (!asked || asked.real === null || asked.shuffled === null || asked.real <= asked.shuffled) return [];
  const least = asked.shuffled + HALF * (asked.real - asked.shuffled);
  if (asked.model >= least) return [];
  const sentence = `${shareText(asked.model, 1)} of the drawn texts have the requested class according to n-gram models of the classes; the minimum is ${shareText(least, 1)} (real texts: ${shareText(asked.real, 1)}, guessing: ${shareText(asked.shuffled, 1)}). Check the labels, or train longer.`;
  return [{ code: 'wrong-class', sentence, blocks: true }];
}

/** A decoder that ignores z generates well, but it cannot reconstruct, interpolate or mix. */
function latents({ latent: { kl, free, activeUnits, latentDim, mutualInformation } }: TextMetrics): TextFault[] {
  if (kl < LEAST_KL || activeUnits === 0) {
    const information =
      mutualInformation === undefined ? '' : `, of which ${mutualInformation.toFixed(2)} tell it from other texts`;
    const sentence = `The latent space is not used (posterior collapse): it holds ${kl.toFixed(2)} nats of a text${information}, and ${activeUnits} of ${latentDim} dimensions differ between texts. Texts can be drawn, but not reconstructed, interpolated or drawn by class. Set train.freeBits=0.2 or higher, or a lower train.beta.`;
    return [{ code: 'latents-unused', sentence, blocks: false }];
  }
  if (kl > AT_FLOOR * free) return [];
  const sentence = `The latent space holds ${kl.toFixed(2)} nats of a text, hardly more than the ${free.toFixed(2)} that cost nothing: it holds what it is made to hold. Reconstructions share a trait with a text rather than its letters; a higher train.freeBits makes them closer.`;
  return [{ code: 'latents-at-floor', sentence, blocks: false }];
}

function metricOf({ figures }: TextMetrics, wanted: TextFigureName): TextFigure | undefined {
  return figures.find(({ name }) => name === wanted);
}
