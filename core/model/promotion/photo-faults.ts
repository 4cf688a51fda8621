// Finds faults of generated photos by a network that no model is trained with: the network that learned from the dataset's own images
// may be blind where these are few.

import { shareText } from '../../base/format.ts';
import type { PhotoFigure, PhotoMetrics } from '../messages/photo-metrics.ts';
import { LEAST_DIVERSITY } from './draw-faults.ts';
import { missedClass } from './missed-class.ts';
import type { ModelFault } from './model-fault.ts';

const JUDGE = 'EfficientNet-Lite2, which no model is trained with';

/** Returns the faults, the gravest first; an empty list if nothing is wrong. */
export function photoFaults(metrics: PhotoMetrics): ModelFault[] {
  return [...classes(metrics), ...diversity(metrics), ...distance(metrics)];
}

function classes({ figures, byClass }: PhotoMetrics): ModelFault[] {
  const missed = missedClass(figureOf(figures, 'classAccuracy'), byClass.length);
  if (!missed) return [];
  const { model, real, guessing, least } = missed;
  const sentence =
    `${shareText(model)} of the draws show the requested class according to ${JUDGE}; the minimum is ${shareText(least)} ` +
    `(held-out photos: ${shareText(real)}, guessing: ${shareText(guessing)}). Train longer, or check the labels.`;
  return [{ code: 'wrong-class', sentence, blocks: true }];
}

function diversity({ figures }: PhotoMetrics): ModelFault[] {
  const metric = figureOf(figures, 'featureDiversity');
  if (!metric || metric.model >= LEAST_DIVERSITY * metric.real) return [];
  const sentence =
    `The draws are nearly identical: according to ${JUDGE}, their variety is ${shareText(metric.model / metric.real)} of that of real photos; ` +
    `the minimum is ${shareText(LEAST_DIVERSITY)}. Train longer, or try another model family.`;
  return [{ code: 'collapsed', sentence, blocks: true }];
}

function distance({ figures }: PhotoMetrics): ModelFault[] {
  const kid = figureOf(figures, 'kid');
  if (!kid || kid.baseline === null || kid.model < kid.baseline) return [];
  const sentence =
    `The draws are no nearer to real photos (KID ${kid.model.toFixed(3)} by ${JUDGE}) than those of a PCA-Gaussian (${kid.baseline.toFixed(3)}), which learns nothing. ` +
    'Train longer, or try another model family.';
  return [{ code: 'worse-than-baseline', sentence, blocks: true }];
}

function figureOf(figures: readonly PhotoFigure[], wanted: PhotoFigure['name']): PhotoFigure | undefined {
  return figures.find(({ name }) => name === wanted);
}
