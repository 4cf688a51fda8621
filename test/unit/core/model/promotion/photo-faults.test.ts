// Figures of two trainings on photos of cats and dogs: one of a few minutes on 500 photos, whose draws showed no animal, and a good one.
import { expect, test } from 'vitest';
import type { PhotoFigure, PhotoMetrics } from '#core/model/messages/photo-metrics.ts';
import { faultsOf } from '#core/model/promotion/faults-of.ts';
import { photoFaults } from '#core/model/promotion/photo-faults.ts';

const figure = (name: PhotoFigure['name'], model: number, real: number, baseline: number | null): PhotoFigure => {
  return { name, better: name === 'kid' ? 'lower' : 'higher', model, real, baseline };
};
const metricsOf = (kid: number, diversity: number, accuracy: number): PhotoMetrics => ({
  network: 'EfficientNet-Lite2',
  n: 31,
  trainItems: 318,
  figures: [
    figure('kid', kid, -0.046, 1.005),
    figure('featureDiversity', diversity, 0.991, 0.744),
    figure('classAccuracy', accuracy, 1, null),
  ],
  byClass: [0, 1].map((label) => ({ label, items: 15, model: accuracy, real: 1 })),
});
const codes = (metrics: PhotoMetrics) => photoFaults(metrics).map(({ code }) => code);

test('draws that show no animal are not promoted, though the network of the dataset finds nothing wrong', () => {
  const [fault] = faultsOf({ photos: metricsOf(0.786, 0.442, 0.516) });
  expect(fault).toMatchObject({ code: 'wrong-class', blocks: true });
  expect(fault?.sentence).toMatch(
    /^52 % of the draws .*the minimum is 75 % \(held-out photos: 100 %, guessing: 50 %\)/,
  );
});

test('a good model has no fault; each figure has its own', () => {
  expect(codes(metricsOf(0.09, 0.8, 0.95))).toEqual([]);
  expect(codes(metricsOf(0.09, 0.39, 0.95))).toEqual(['collapsed']);
  expect(codes(metricsOf(1.01, 0.8, 0.95))).toEqual(['worse-than-baseline']);
});

test('photos without classes are judged by the other figures', () => {
  const whole = metricsOf(1.01, 0.8, 0.1);
  const figures = whole.figures.filter(({ name }) => name !== 'classAccuracy');
  expect(codes({ ...whole, figures, byClass: [] })).toEqual(['worse-than-baseline']);
});
