// The training loop, the only one: epochs of steps, each epoch scored on the validation split, until it gets no better.

import { FAILURE, GoldpanError } from '#core/errors.ts';
import type { EpochMetrics } from '#core/messages/run.ts';
import type { TrainConfig } from '#core/train-config.ts';
import { epochOrder, fillBatch, type Pixels } from './batches.ts';
import type { Progress, SavedState } from './checkpoint.ts';
import type { StateMap } from './engine/types.ts';
import { heldOut } from './evaluate/held-out.ts';
import type { Learner, Losses } from './learner.ts';
import { Stopped } from './stop.ts';

/** At most this much work is lost when everything dies at once. */
export const CHECKPOINT_EVERY_MS = 60_000;

export interface Checkpoint extends SavedState {
  readonly progress: Progress;
  /** GRID_ITEMS images where an epoch has just ended. */
  readonly samples?: Uint8Array | undefined;
}

/** What the loop tells the outside, and where it lets others have their turn. */
export interface FitHooks {
  /** Called between steps. Throws Stopped when the run is to stop: the loop then writes a checkpoint and throws it on. */
  breathe(): Promise<void>;
  stepDone(progress: Progress): void;
  /** Resolves when the one before is stored; training goes on while this one is being stored. */
  checkpoint(checkpoint: Checkpoint): Promise<void>;
  now(): number;
  memoryMiB(): number;
}

export interface FitOptions {
  readonly learner: Learner;
  readonly train: TrainConfig;
  readonly data: { readonly train: Pixels; readonly validation: Pixels };
  /** START, or where an earlier attempt stood; the learner's state is then that attempt's. */
  readonly progress: Progress;
  readonly best: StateMap | undefined;
  readonly hooks: FitHooks;
}

export interface Fitted {
  readonly progress: Progress;
  /** Weights of the epoch with the best ELBO on the validation split. */
  readonly best: StateMap;
}

/** Throws DivergenceError when a loss is not finite, and Stopped after a last checkpoint when a stop was asked for. */
export async function fitModel({ learner, train, data, hooks, ...start }: FitOptions): Promise<Fitted> {
  const { batchSize } = learner;
  const x = new Float32Array(batchSize * data.train.size);
  let { progress, best } = start;
  let savedAt = hooks.now();

  const save = async (samples?: Uint8Array) => {
    savedAt = hooks.now();
    await hooks.checkpoint({ progress, state: learner.save(), best, samples });
  };

  try {
    while (!isOver(progress, train)) {
      const epoch = progress.epochs.length + 1;
      const order = epochOrder(train.seed, epoch, data.train.items, batchSize);
      const steps = order.length / batchSize;
      while (progress.stepInEpoch < steps) {
        await hooks.breathe();
        const startedAt = hooks.now();
        const first = progress.stepInEpoch * batchSize;
        fillBatch(x, data.train, order.subarray(first, first + batchSize));
        const losses = learner.train(x);
        checkFinite(losses, epoch, progress.step + 1);
        progress = afterStep(progress, losses, (hooks.now() - startedAt) / 1000);
        hooks.stepDone(progress);
        if (hooks.now() - savedAt >= CHECKPOINT_EVERY_MS) await save();
      }
      const startedAt = hooks.now();
      const validation = await heldOut(learner, data.validation, hooks.breathe);
      checkFinite(validation, epoch, progress.step);
      const metrics: EpochMetrics = {
        epoch,
        step: progress.step,
        train: means(progress.sums, steps),
        validation,
        learningRate: train.learningRate,
        seconds: progress.trainSeconds + (hooks.now() - startedAt) / 1000,
        itemsPerSecond: (steps * batchSize) / Math.max(progress.trainSeconds, 1e-3),
        memoryMiB: hooks.memoryMiB(),
      };
      const better = progress.best === null || validation.loss < progress.best.loss;
      if (better) best = learner.weights();
      progress = afterEpoch(progress, metrics, better);
      await save(learner.samples());
    }
  } catch (error) {
    if (error instanceof Stopped) await save();
    throw error;
  }
  return { progress, best: best as StateMap };
}

/** True when there is nothing left to train: all epochs done, or `patience` of them without a better one. */
export function isOver(progress: Progress, train: TrainConfig): boolean {
  return progress.epochs.length >= train.epochs || isPatienceSpent(progress, train);
}

export function isPatienceSpent({ epochs, best }: Progress, { patience }: TrainConfig): boolean {
  return best !== null && epochs.length - best.epoch >= patience;
}

function afterStep(progress: Progress, losses: Losses, seconds: number): Progress {
  const { sums } = progress;
  return {
    ...progress,
    step: progress.step + 1,
    stepInEpoch: progress.stepInEpoch + 1,
    sums: {
      loss: sums.loss + losses.loss,
      reconstructionLoss: sums.reconstructionLoss + losses.reconstructionLoss,
      klLoss: sums.klLoss + losses.klLoss,
    },
    trainSeconds: progress.trainSeconds + seconds,
  };
}

function afterEpoch(progress: Progress, metrics: EpochMetrics, better: boolean): Progress {
  return {
    step: progress.step,
    stepInEpoch: 0,
    sums: { loss: 0, reconstructionLoss: 0, klLoss: 0 },
    trainSeconds: 0,
    epochs: [...progress.epochs, metrics],
    best: better ? { epoch: metrics.epoch, step: metrics.step, loss: metrics.validation.loss } : progress.best,
  };
}

function means(sums: Losses, steps: number): Losses {
  return {
    loss: sums.loss / steps,
    reconstructionLoss: sums.reconstructionLoss / steps,
    klLoss: sums.klLoss / steps,
  };
}

function checkFinite({ loss }: Losses, epoch: number, step: number): void {
  if (Number.isFinite(loss)) return;
  throw new GoldpanError(
    FAILURE.divergence,
    `the loss became ${loss} in epoch ${epoch} at step ${step}; try a lower train.learningRate or train.clipNorm`,
  );
}
