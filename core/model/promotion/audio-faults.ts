// Finds faults of generated clips. No single metric shows them: the mean of a class is recognised but has no variety; copies of training
// clips are recognised and varied.

import { shareText } from '../../base/format.ts';
import type { AudioFigure, AudioFigureName, AudioMetrics } from '../messages/audio-metrics.ts';
import { missedClass } from './missed-class.ts';
import type { ModelFault } from './model-fault.ts';

type AudioFaultCode = 'collapsed' | 'copied' | 'wrong-class' | 'worse-than-baseline';

/** Minimum variance within a class, as a share of that of real clips. */
const LEAST_VARIANCE = 0.4;
/** The same as a share of that of the PCA mixture: noise, as in drums, varies in ways that neither of them keeps. */
const LEAST_BESIDE_MIXTURE = 0.6;
/** Share of clips nearer to a training clip than to a held-out one, of equal halves, beyond that of neutral clips. */
const MOST_CLOSER = 0.65;
/** Clips nearer to training clips than this share of a held-out clip's distance are copies. */
const COPY_DISTANCE = 0.5;
const ERRORS = 2;

export function audioFaults(metrics: AudioMetrics): ModelFault<AudioFaultCode>[] {
  return [...collapse(metrics), ...copies(metrics), ...classes(metrics), ...baseline(metrics)];
}

function collapse(metrics: AudioMetrics): ModelFault<AudioFaultCode>[] {
  const variance = figureOf(metrics, 'classVariance');
  if (!variance) return [];
  const least = Math.min(LEAST_VARIANCE, LEAST_BESIDE_MIXTURE * (variance.pcaMixture ?? Number.POSITIVE_INFINITY));
  if (variance.model >= least) return [];
  const sentence = `The drawn clips of a class are nearly the same: their variance is ${shareText(variance.model)} of that of real clips; the minimum is ${shareText(least)}. Train longer, or try another model family.`;
  return [{ code: 'collapsed', sentence, blocks: true }];
}

function copies(metrics: AudioMetrics): ModelFault<AudioFaultCode>[] {
  const closer = figureOf(metrics, 'closerShare');
  const nearest = figureOf(metrics, 'nearestDecibels');
  if (nearest && nearest.real !== null && nearest.model < COPY_DISTANCE * nearest.real) {
    const sentence = `The clips drawn are copies of training clips: their median distance to the nearest one is ${nearest.model.toFixed(2)} dB, that of real clips ${nearest.real.toFixed(2)} dB. Add clips, or train for fewer epochs.`;
    return [{ code: 'copied', sentence, blocks: true }];
  }
  if (!closer || closer.model <= MOST_CLOSER) return [];
  const sentence = `The clips drawn lie near training clips: for ${shareText(closer.model)} of them a training clip is nearer than a held-out one, where 50 % is neutral. Add clips, or train for fewer epochs.`;
  return [{ code: 'copied', sentence, blocks: true }];
}

function classes(metrics: AudioMetrics): ModelFault<AudioFaultCode>[] {
  const missed = missedClass(figureOf(metrics, 'labelAccuracy'), metrics.features.classes);
  if (!missed) return [];
  const { model, real, guessing, least } = missed;
  const sentence = `${shareText(model)} of the drawn clips are of the requested class according to the classifier; the minimum is ${shareText(least)} (real clips: ${shareText(real)}, guessing: ${shareText(guessing)}). Check the labels, or train longer.`;
  return [{ code: 'wrong-class', sentence, blocks: true }];
}

/** Compares by both the classifier and the distance, beyond the random variation for this number of clips. */
function baseline(metrics: AudioMetrics): ModelFault<AudioFaultCode>[] {
  const [accuracy, kid] = [figureOf(metrics, 'labelAccuracy'), figureOf(metrics, 'kidWav')];
  if (!kid || kid.pcaMixture === null || kid.model <= kid.pcaMixture) return [];
  if (!accuracy || accuracy.pcaMixture === null) return [];
  const error = Math.sqrt((2 * accuracy.pcaMixture * (1 - accuracy.pcaMixture)) / metrics.n);
  if (accuracy.model >= accuracy.pcaMixture - ERRORS * error) return [];
  const sentence = `The clips drawn are worse than those of principal components with a mixture for each class, which is fitted in seconds: ${shareText(accuracy.model)} are recognised, of those ${shareText(accuracy.pcaMixture)}. Train longer, or set train.model to pca-mixture.`;
  return [{ code: 'worse-than-baseline', sentence, blocks: true }];
}

function figureOf({ figures }: AudioMetrics, wanted: AudioFigureName): AudioFigure | undefined {
  return figures.find(({ name }) => name === wanted);
}
