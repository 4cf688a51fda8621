import { expect, test } from 'vitest';
import type { EpochMetrics } from '#core/model/messages/run.ts';
import { secondsLeft } from '#core/model/timing/seconds-left.ts';

const epochs = (...seconds: number[]): EpochMetrics[] =>
  seconds.map((each, i) => ({
    epoch: i + 1,
    step: i + 1,
    train: {},
    validation: {},
    selection: 'kid',
    schedule: {},
    seconds: each,
    itemsPerSecond: 1,
    memoryMiB: 1,
  }));

test('nothing is said of the time left before the first epoch has ended', () => {
  expect(secondsLeft([], { epochs: 10, budgetMinutes: 1 })).toBeUndefined();
});

test('the epochs that are left go on at the pace of the last', () => {
  expect(secondsLeft(epochs(90, 30), { epochs: 5, budgetMinutes: null })).toBe(90);
});

test('a budget ends the training before its epochs do, with a fifth kept for scoring, and never in the past', () => {
  expect(secondsLeft(epochs(20, 20), { epochs: 100, budgetMinutes: 1 })).toBe(8);
  expect(secondsLeft(epochs(20, 50), { epochs: 100, budgetMinutes: 1 })).toBe(0);
});
