import { expect, test } from 'vitest';
import type { Compared, ImageMetrics } from '#core/model/messages/image-metrics.ts';
import { drawFaults } from '#core/model/promotion/draw-faults.ts';

const interval = (value: number) => ({ low: value - 0.0005, high: value + 0.0005 });
const figure = (name: Compared['name'], model: number, real: number, baseline: number): Compared => ({
  name,
  better: name === 'kid' ? 'lower' : 'higher',
  model,
  interval: name === 'kid' ? interval(model) : null,
  real,
  realInterval: name === 'kid' ? interval(real) : null,
  baseline,
});
const GOOD: ImageMetrics = {
  n: 200,
  features: { sha256: 'a', learnedFrom: 'labels', classes: 2, dimensions: 64, steps: 1, accuracy: 0.9 },
  figures: [
    figure('kid', 0.002, 0.0001, 0.01),
    figure('recall', 0.6, 0.85, 0.7),
    figure('coverage', 0.6, 0.9, 0.7),
    { ...figure('classAccuracy', 0.85, 0.9, 0), baseline: null },
  ],
  ladder: [{ degradation: 'blur 1.5', kid: 0.02 }],
  baselineComponents: 32,
  draws: {
    diversity: { pixels: 0.9, features: 0.8 },
    sharpness: { model: 0.8, baseline: 0.6 },
    nearestTraining: { model: 0.1, real: 0.1 },
  },
};
const GOOD_DRAWS = GOOD.draws as NonNullable<ImageMetrics['draws']>;
const codes = (metrics: ImageMetrics) => drawFaults(metrics).map(({ code }) => code);

test('a good model has no fault, nor has one whose draws were never measured', () => {
  expect(drawFaults(GOOD)).toEqual([]);
  expect(drawFaults({ ...GOOD, draws: undefined })).toEqual([]);
});

test('identical grey grids with precision 1 and the best KID are no good model, and the answer says why', () => {
  const grids: ImageMetrics = {
    ...GOOD,
    figures: [
      figure('kid', 0.00123, 0, 0.0002),
      figure('precision', 1, 0.92, 0.9),
      figure('recall', 0, 0.87, 0.61),
      figure('coverage', 0.04, 0.9, 0.5),
    ],
    ladder: [{ degradation: 'blur 1.5', kid: -0.00001 }],
    draws: { ...GOOD_DRAWS, diversity: { pixels: 0.03, features: 0.01 } },
  };
  expect(codes(grids)).toEqual(['judge-blind', 'collapsed', 'few-variants', 'few-variants', 'worse-than-baseline']);
  expect(drawFaults(grids).every(({ blocks }) => blocks)).toBe(true);
  expect(drawFaults(grids)[2]?.sentence).toContain('recall 0.000, less than half of the 0.610');
});

test.each<[string, Partial<NonNullable<ImageMetrics['draws']>>, string[], boolean[]]>([
  ['diversity just enough', { diversity: { pixels: 0.4, features: 0.4 } }, [], []],
  ['diversity just too little', { diversity: { pixels: 0.9, features: 0.39 } }, ['collapsed'], [true]],
  ['copies', { nearestTraining: { model: 0.049, real: 0.1 } }, ['copied'], [true]],
  ['no copies', { nearestTraining: { model: 0.05, real: 0.1 } }, [], []],
  ['noise', { sharpness: { model: 1.51, baseline: 0.6 } }, ['noisy'], [true]],
  ['sharper than real within reason', { sharpness: { model: 1.5, baseline: 0.6 } }, [], []],
  ['soft, as small autoencoders are', { sharpness: { model: 0.4, baseline: 0.6 } }, ['blurred'], [false]],
  ['nothing but blur', { sharpness: { model: 0.2, baseline: 0.6 } }, ['blurred'], [true]],
])('%s', (_, changed, expected, blocks) => {
  const faults = drawFaults({ ...GOOD, draws: { ...GOOD_DRAWS, ...changed } });
  expect(faults.map(({ code }) => code)).toEqual(expected);
  expect(faults.map((fault) => fault.blocks)).toEqual(blocks);
});

test('the class that was asked for: half way between guessing and real images is the least', () => {
  const withAccuracy = (model: number) => ({
    ...GOOD,
    figures: GOOD.figures.map((one) => (one.name === 'classAccuracy' ? { ...one, model } : one)),
  });
  expect(codes(withAccuracy(0.7))).toEqual([]);
  expect(codes(withAccuracy(0.69))).toEqual(['wrong-class']);
});

test('recall and coverage of half the baseline are enough; KID must not be surely worse than that of doing nothing', () => {
  const replaced = (one: Compared) => ({
    ...GOOD,
    figures: GOOD.figures.map((there) => (there.name === one.name ? one : there)),
  });
  expect(codes(replaced(figure('recall', 0.35, 0.85, 0.7)))).toEqual([]);
  expect(codes(replaced(figure('recall', 0.34, 0.85, 0.7)))).toEqual(['few-variants']);
  expect(codes(replaced(figure('kid', 0.0104, 0.0001, 0.01)))).toEqual([]);
  expect(codes(replaced(figure('kid', 0.0106, 0.0001, 0.01)))).toEqual(['worse-than-baseline']);
});
