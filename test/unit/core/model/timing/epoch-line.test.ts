import { expect, test } from 'vitest';
import { MOST_EPOCHS } from '#core/kinds/train-config.ts';
import type { EpochMetrics } from '#core/model/messages/run.ts';
import { epochLine } from '#core/model/timing/epoch-line.ts';

const epochOf = (epoch: number): EpochMetrics =>
  ({
    epoch,
    step: epoch * 468,
    train: { loss: 105.034 },
    validation: { negativeElbo: 103.678, klLoss: 25.65 },
    selection: 'negativeElbo',
    seconds: 12.4,
    itemsPerSecond: 4837.6,
    memoryMiB: 1612.3,
  }) as unknown as EpochMetrics;

test('an epoch in a line has its place, its losses, its pace, its memory and what is left', () => {
  const done = [epochOf(1), epochOf(2), epochOf(3)];
  expect(epochLine(done, { epochs: 50, budgetMinutes: null })).toBe(
    'epoch  3/50  train 105.03  held-out ELBO 103.68 nats  12 s, 4,838 items/s, 1,612 MiB, 9 min 43 s left at most',
  );
  expect(epochLine(done, { epochs: 3, budgetMinutes: null }, { inFull: true })).toBe(
    'epoch 3/3  train 105.03  held-out ELBO 103.68 nats (KL 25.65 nats)  12 s, 4,838 items/s, 1,612 MiB',
  );
  expect(epochLine(done, { epochs: 50, budgetMinutes: 1 })).toContain('11 s left at most');
  expect(epochLine(done, { epochs: MOST_EPOCHS, budgetMinutes: 1 })).toBe(
    'epoch 3  train 105.03  held-out ELBO 103.68 nats  12 s, 4,838 items/s, 1,612 MiB, 11 s left at most',
  );
});
