// A budget ends a run with a model, whatever it is too short for; a preview shows what it draws before the first epoch ends.
import { expect, test } from 'vitest';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { costOf, priceOf } from '#core/model/host/prices.ts';
import { keptForScoring } from '#core/model/timing/scoring-time.ts';
import { endOf, type FitHooks, fitModel, PREVIEW_AFTER_MS } from '../../../containers/trainer/learn/fit.ts';
import { START } from '../../../containers/trainer/state/checkpoint.ts';
import { scriptedLearner } from './scripted-learner.ts';
import { squares } from './squares.ts';

const data = { train: squares(50, 1), validation: squares(9, 2) };
/** A step takes two looks at the clock. */
const SECONDS_A_LOOK = 5;

async function fitWith(
  changes: Partial<TrainConfig>,
  secondsALook = SECONDS_A_LOOK,
  budget?: { readonly before: number; readonly kept: number },
) {
  const train = TrainConfig.parse({ epochs: 6, batchSize: 16, patience: 100, ...changes });
  const previews: Uint8Array[] = [];
  const checkpoints: number[] = [];
  let ms = 0;
  const hooks: FitHooks = {
    yieldToEventLoop: async () => undefined,
    stepDone: () => undefined,
    preview: (samples) => void previews.push(samples),
    checkpoint: async ({ progress }) => void checkpoints.push(progress.step),
    now: () => {
      ms += 1000 * secondsALook;
      return ms;
    },
    memoryMiB: () => 1,
    wholeRun: budget && { spentSeconds: () => budget.before + ms / 1000, keptSeconds: budget.kept },
  };
  const learner = scriptedLearner({ batchSize: 16 });
  const fitted = await fitModel({
    learner,
    train: train as never,
    data,
    classes: 0,
    progress: START,
    best: undefined,
    hooks,
  });
  return { ...fitted, train, previews, checkpoints, seconds: ms / 1000 };
}

test('without a budget all epochs are trained', async () => {
  const { progress, train } = await fitWith({});
  expect(progress.epochs).toHaveLength(6);
  expect(endOf(progress, train)).toBe('epochs');
});

test('a budget is used to its end, the last epoch cut to what is left, and schedules are told how much is spent', async () => {
  const { progress, train, best } = await fitWith({ budgetMinutes: 1 });
  const { epochs } = progress;
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  expect(epochs.length).toBeGreaterThan(1);
  expect(epochs.length).toBeLessThan(6);
  expect(seconds).toBeGreaterThan(57);
  // A step and the scoring are not broken off.
  expect(seconds).toBeLessThanOrEqual(60 + 2 * SECONDS_A_LOOK);
  const spent = epochs.map(({ schedule }) => schedule.budgetSpent as number);
  expect(spent).toEqual([...spent].sort((a, b) => a - b));
  expect(spent.at(-1)).toBeGreaterThan(0.9);
  expect(endOf(progress, train)).toBe('budget');
  expect(best.size).toBeGreaterThan(0);
});

test('a budget shorter than the first epoch cuts it short, scores it as it is and keeps a model', async () => {
  const { progress, train, checkpoints, best } = await fitWith({ budgetMinutes: 0.1 });
  expect(progress.epochs).toHaveLength(1);
  expect(progress.epochs[0]).toMatchObject({ step: 2 });
  expect(progress.epochs[0]?.train.part).toBe(1.5);
  expect(checkpoints).toEqual([2]);
  expect(endOf(progress, train)).toBe('budget');
  expect(best.size).toBeGreaterThan(0);
});

test('a budget covers what came before the training, and keeps what scoring and export take', async () => {
  const { progress, train, seconds } = await fitWith({ budgetMinutes: 2 }, SECONDS_A_LOOK, { before: 20, kept: 24 });
  expect(20 + seconds).toBeGreaterThan(80);
  expect(20 + seconds).toBeLessThanOrEqual(120 - 24 + 4 * SECONDS_A_LOOK);
  const spent = progress.epochs.map(({ schedule }) => schedule.budgetSpent as number);
  expect(spent[0]).toBeGreaterThan(20 / 96);
  expect(spent.at(-1)).toBeGreaterThan(0.9);
  expect(endOf(progress, train, { spentSeconds: () => 95, keptSeconds: 24 })).toBe('budget');
});

test('a fifth of a budget is kept, five minutes at most', () => {
  expect([0.5, 4, 25, 600].map(keptForScoring)).toEqual([6, 48, 300, 300]);
});

test('one grid is shown before a long first epoch ends, and none where it is short', async () => {
  expect((await fitWith({}, PREVIEW_AFTER_MS / 3000)).previews).toHaveLength(1);
  expect((await fitWith({}, 0.001)).previews).toHaveLength(0);
});

test('a worker costs nothing, a spot instance what is assumed of it, and both say so', () => {
  expect(costOf(3600, priceOf('worker', 'cpu'))).toMatchObject({ usd: null, basis: expect.stringContaining('worker') });
  const gpu = costOf(1800, priceOf('batch', 'gpu'));
  expect(gpu.usd).toBeCloseTo(0.1052, 6);
  expect(gpu.basis).toMatch(/assumed.*g4dn\.xlarge/);
  const rented = costOf(3600, priceOf('batch', 'cpu', { instance: 'p5.4xlarge', purchase: 'on-demand' }));
  expect(rented).toMatchObject({ usd: 6.88, basis: 'p5.4xlarge, on-demand, about 6.88 USD an hour' });
  expect(priceOf('batch', 'gpu', { instance: 'x9.huge', purchase: 'spot' }).usdPerHour).toBeNull();
});
