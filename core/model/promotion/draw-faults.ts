// Finds faults of generated images and describes them in plain words. A single metric is not enough: a network that could not tell them
// from photos once gave identical grey images the best KID.

import { shareText } from '../../base/format.ts';
import type { Compared, DrawFacts, ImageMetrics } from '../messages/image-metrics.ts';
import { featureSanityWarning } from './feature-sanity.ts';
import { missedClass } from './missed-class.ts';
import type { ModelFault } from './model-fault.ts';

export type DrawFaultCode =
  | 'judge-blind'
  | 'collapsed'
  | 'few-variants'
  | 'copied'
  | 'noisy'
  | 'blurred'
  | 'wrong-class'
  | 'worse-than-baseline';

type DrawFault = ModelFault<DrawFaultCode>;

/** Minimum diversity of generated images, as a share of that of real images. */
export const LEAST_DIVERSITY = 0.4;
/** Minimum recall and coverage, as a share of those of the baseline. */
const LEAST_OF_BASELINE = 0.5;
/** Draws nearer to training images than this share of a held-out image's distance are copies. */
const COPY_DISTANCE = 0.5;
const NOISY = 1.5;
/** Minimum sharpness, as a share of the baseline's; below it, the images are only blur. */
const LEAST_SHARPNESS_OF_BASELINE = 0.5;
/** Softer than this share of real images: named, but it does not stop a promotion. */
const SOFT = 0.5;

/** Returns the faults of a model's images, the gravest first; none where nothing was measured or nothing is wrong. */
export function drawFaults(metrics: ImageMetrics): DrawFault[] {
  return [
    ...blindness(metrics),
    ...(metrics.draws ? [...variety(metrics.draws), ...copies(metrics.draws), ...texture(metrics.draws)] : []),
    ...breadth(metrics),
    ...classes(metrics),
    ...distance(metrics),
  ];
}

function blindness(metrics: ImageMetrics): DrawFault[] {
  const sentence = featureSanityWarning(metrics);
  return sentence === undefined ? [] : [{ code: 'judge-blind', sentence, blocks: true }];
}

function variety({ diversity }: DrawFacts): DrawFault[] {
  const least = Math.min(diversity.pixels, diversity.features);
  if (least >= LEAST_DIVERSITY) return [];
  return [
    {
      code: 'collapsed',
      blocks: true,
      sentence:
        `The draws are nearly identical: their variety is ${shareText(least)} of that of real images; the minimum is ${shareText(LEAST_DIVERSITY)}. ` +
        'Train longer, or try another model family.',
    },
  ];
}

function copies({ nearestTraining: { model, real } }: DrawFacts): DrawFault[] {
  if (model >= COPY_DISTANCE * real) return [];
  return [
    {
      code: 'copied',
      blocks: true,
      sentence:
        `The draws are copies of training images: their median distance to the nearest one is ${model.toFixed(4)}, that of held-out images ${real.toFixed(4)}. ` +
        'Add training images, or train for fewer epochs.',
    },
  ];
}

function texture({ sharpness: { model, baseline } }: DrawFacts): DrawFault[] {
  if (model > NOISY) {
    const sentence = `The draws are noisy: neighbouring pixels differ ${model.toFixed(1)} times as much as in real images. Train longer.`;
    return [{ code: 'noisy', sentence, blocks: true }];
  }
  if (model >= SOFT) return [];
  const blocks = model < LEAST_SHARPNESS_OF_BASELINE * baseline;
  const sentence =
    `The draws are blurred: neighbouring pixels differ by ${shareText(model)} of what they do in real images` +
    `${blocks ? `, and by less than half of what the do-nothing baseline reaches (${shareText(baseline)})` : ''}. Train longer.`;
  return [{ code: 'blurred', sentence, blocks }];
}

function breadth(metrics: ImageMetrics): DrawFault[] {
  return (['recall', 'coverage'] as const).flatMap((name): DrawFault[] => {
    const metric = metricOf(metrics, name);
    if (!metric || metric.baseline === null || metric.model >= LEAST_OF_BASELINE * metric.baseline) return [];
    return [
      {
        code: 'few-variants',
        blocks: true,
        sentence:
          `The draws show few of the variants that real images have: ${name} ${metric.model.toFixed(3)}, less than half of the ${metric.baseline.toFixed(3)} ` +
          'of the do-nothing baseline. Train longer, or try another model family.',
      },
    ];
  });
}

function classes(metrics: ImageMetrics): DrawFault[] {
  const missed = missedClass(metricOf(metrics, 'classAccuracy'), metrics.features.classes);
  if (!missed) return [];
  const { model, real, guessing, least } = missed;
  return [
    {
      code: 'wrong-class',
      blocks: true,
      sentence:
        `${shareText(model)} of the draws show the requested class according to the classifier; the minimum is ${shareText(least)} ` +
        `(real images: ${shareText(real)}, guessing: ${shareText(guessing)}). Check the labels, or train longer.`,
    },
  ];
}

function distance(metrics: ImageMetrics): DrawFault[] {
  const kid = metricOf(metrics, 'kid');
  if (!kid?.interval || kid.baseline === null || kid.interval.low <= kid.baseline) return [];
  const sentence =
    `The draws are farther from real images (KID ${kid.model.toFixed(5)}) than those of a PCA-Gaussian (${kid.baseline.toFixed(5)}), which learns nothing. ` +
    'Train longer, or try another model family.';
  return [{ code: 'worse-than-baseline', sentence, blocks: true }];
}

function metricOf({ figures }: ImageMetrics, wanted: Compared['name']): Compared | undefined {
  return figures.find(({ name }) => name === wanted);
}
