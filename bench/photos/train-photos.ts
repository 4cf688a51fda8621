// A photo model trained for so many minutes of CPU time, whatever the machine's load.

import { TrainConfig } from '#core/kinds/train-config.ts';
import { resolveTrain } from '#core/model/resolve-train.ts';
import { epochOrder, fillBatch, newBatch } from '../../containers/trainer/data/batches.ts';
import { exportModel } from '../../containers/trainer/export/export-model.ts';
import type { Learner } from '../../containers/trainer/learn/learner.ts';
import { familyOf } from '../../containers/trainer/models/registry.ts';
import { startCpuClock } from '../cpu-clock.ts';
import type { Photos } from './read-photos.ts';

/** Epochs end with the budget. */
const EPOCHS = 10_000;

export type Trained = {
  readonly learner: Learner;
  readonly steps: number;
  readonly cpuMinutes: number;
  /** Number of latent dimensions and of classes that the exported networks take. */
  readonly latentDim: number;
  readonly classes: number;
  /** Writes the exported networks into a folder. */
  writeTo(folder: string): Promise<void>;
};

export function trainPhotos(photos: Photos, minutes: number, changes: Partial<TrainConfig>): Trained {
  const { train: items, classes, side } = photos;
  const image = { width: side, height: side, channels: 3 } as const;
  const facts = { items: items.items, classes: classes.length, image, hasFeatures: true };
  const train = resolveTrain(TrainConfig.parse({ epochs: EPOCHS, ...changes }), facts);
  const stepsPerEpoch = Math.floor(items.items / train.batchSize);
  const classCount = train.conditional ? classes.length : 0;
  const family = familyOf(train.model, train.preset);
  const model = { ...image, latentDim: train.latentDim, batchSize: train.batchSize, classes: classCount };
  const learner = family.openLearner({
    train,
    model,
    towers: 1,
    stepsPerEpoch,
    rateScale: 1,
  });
  const batch = newBatch(train.batchSize, items.size, classCount);
  const spent = startCpuClock();
  for (let epoch = 1; spent() < minutes; epoch++) {
    const order = epochOrder(train.seed, epoch, items.items, train.batchSize);
    for (let step = 0; step < stepsPerEpoch && spent() < minutes; step++) {
      fillBatch(batch, items, order.subarray(step * train.batchSize, (step + 1) * train.batchSize));
      learner.train(batch, { norms: false, budgetSpent: Math.min(1, spent() / minutes) });
    }
  }
  // The prior that is shipped is fitted when training has ended.
  learner.describeLatents?.(photos);
  return {
    learner,
    steps: learner.step,
    cpuMinutes: spent(),
    latentDim: train.latentDim,
    classes: classCount,
    async writeTo(folder) {
      const { exports, endpointExports = {}, frozen = new Map() } = family.model(model, train);
      await exportModel({ exports, endpointExports, state: new Map([...learner.weights(), ...frozen]), folder });
    },
  };
}
