// The training loop, the only one: epochs of steps, each epoch scored on the validation split, until it gets no better.

import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import type { TrainConfig } from '#core/kinds/train-config.ts';
import type { EpochMetrics } from '#core/model/messages/run.ts';
import type { MetricValues } from '#core/model/metrics.ts';
import { DEFAULT_PATIENCE } from '#core/model/resolve-train.ts';
import { balancedOrder, epochOrder, fillBatch, groupedOrder, type Items, newBatch } from '../data/batches.ts';
import type { StateMap } from '../engine/types.ts';
import type { SavedState, TrainingProgress } from '../state/checkpoint.ts';
import { Stopped } from '../state/stop.ts';
import type { Judge, Learner, StepNorms } from './learner.ts';

/** At most this much work is lost when everything dies at once. */
export const CHECKPOINT_EVERY_MS = 60_000;
/** Share of the budget; a shorter piece is not started. */
const LAST_PIECE = 0.05;
/** If the first epoch takes longer, a grid of samples is shown before it ends. */
export const PREVIEW_AFTER_MS = 20_000;

export type Checkpoint = SavedState & {
  readonly progress: TrainingProgress;
  /** GRID_ITEMS images where an epoch has just ended. */
  readonly samples?: Uint8Array | undefined;
};

/** What else than its epochs counts for the budget of a run. */
export type WholeRun = {
  /** Seconds of the run so far, over all attempts. */
  spentSeconds(): number;
  /** Seconds of the budget that are kept for scoring and export. */
  readonly keptSeconds: number;
};

/** Callbacks of the training loop. */
export type FitHooks = {
  /** Called between steps. Throws Stopped when the run is to stop: the loop then writes a checkpoint and throws it on. */
  yieldToEventLoop(): Promise<void>;
  stepDone(progress: TrainingProgress): void;
  /** A grid from within the first epoch. */
  preview?(samples: Uint8Array): void;
  /** Resolves when the previous checkpoint is stored; training continues while this one is being stored. */
  checkpoint(checkpoint: Checkpoint): Promise<void>;
  now(): number;
  memoryMiB(): number;
  /** Absent: training alone counts for the budget. */
  readonly wholeRun?: WholeRun | undefined;
};

export type FitLoopOptions = {
  readonly learner: Learner;
  readonly train: TrainConfig;
  readonly data: { readonly train: Items; readonly validation: Items };
  /** Classes that the model is conditioned on; 0 means none. */
  readonly classes: number;
  /** Scores the learner's samples, in addition to its own scores. */
  readonly judge?: Judge | undefined;
  /** START, or where an earlier attempt stood; the learner's state is then that attempt's. */
  readonly progress: TrainingProgress;
  readonly best: StateMap | undefined;
  readonly hooks: FitHooks;
};

export type Fitted = {
  readonly progress: TrainingProgress;
  /** Weights of the epoch with the lowest selecting metric on the validation split. */
  readonly best: StateMap;
};

/** Throws DivergenceError when a loss is not finite, and Stopped after a last checkpoint when a stop was asked for. */
export async function fitModel({ learner, train, data, hooks, judge, ...start }: FitLoopOptions): Promise<Fitted> {
  const { batchSize, selection } = learner;
  const batch = newBatch(batchSize, data.train.size, start.classes);
  let { progress, best } = start;
  let savedAt = hooks.now();
  let previewAt = savedAt + PREVIEW_AFTER_MS;

  const spent = () => budgetSpent(progress, train, hooks.wholeRun);
  const save = async (samples?: Uint8Array) => {
    savedAt = hooks.now();
    await hooks.checkpoint({ progress, state: learner.save(), best, samples });
  };

  try {
    while (endOf(progress, train, hooks.wholeRun) === undefined) {
      const epoch = progress.epochs.length + 1;
      const order = orderOf(train, epoch, data.train, batchSize);
      const wholeEpoch = order.length / batchSize;
      while (progress.stepInEpoch < wholeEpoch && !(progress.stepInEpoch > 0 && spent() >= 1)) {
        await hooks.yieldToEventLoop();
        const startedAt = hooks.now();
        const first = progress.stepInEpoch * batchSize;
        fillBatch(batch, data.train, order.subarray(first, first + batchSize));
        // Norms of the epoch's first step: an epoch that ends in a divergence has shown where it began.
        const { losses, norms } = learner.train(batch, {
          norms: progress.stepInEpoch === 0,
          budgetSpent: spent(),
        });
        checkFinite('loss', losses.loss, epoch, progress.step + 1);
        progress = afterStep(progress, losses, norms, (hooks.now() - startedAt) / 1000);
        hooks.stepDone(progress);
        if (epoch === 1 && hooks.now() >= previewAt) {
          hooks.preview?.(learner.samples());
          previewAt = Number.POSITIVE_INFINITY;
        }
        if (hooks.now() - savedAt >= CHECKPOINT_EVERY_MS) await save();
      }
      const steps = progress.stepInEpoch;
      const startedAt = hooks.now();
      const scores = await learner.score(data.validation, hooks.yieldToEventLoop);
      const validation = { ...scores, ...(await judge?.(learner, 'validation', hooks.yieldToEventLoop)) };
      const selected = validation[selection] ?? Number.NaN;
      checkFinite(selection, selected, epoch, progress.step);
      const metrics: EpochMetrics = {
        epoch,
        step: progress.step,
        train: means(progress.sums, steps),
        validation,
        selection,
        schedule: learner.schedule(spent()),
        norms: progress.norms,
        seconds: progress.trainSeconds + (hooks.now() - startedAt) / 1000,
        itemsPerSecond: (steps * batchSize) / Math.max(progress.trainSeconds, 1e-3),
        memoryMiB: hooks.memoryMiB(),
      };
      const better = progress.best === null || selected < progress.best.value;
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

/** Returns the reason for the end of the training; undefined while it continues. */
export function endOf(
  progress: TrainingProgress,
  train: TrainConfig,
  wholeRun?: WholeRun,
): 'epochs' | 'patience' | 'budget' | undefined {
  if (progress.epochs.length >= train.epochs) return 'epochs';
  if (isPatienceSpent(progress, train)) return 'patience';
  return isBudgetSpent(progress, train, wholeRun) ? 'budget' : undefined;
}

/**
 * Checked between epochs: true if the remaining budget is too short for an epoch worth scoring. Schedules end with the budget, so a run
 * that stops well before its end would stop in the middle of them.
 */
function isBudgetSpent(progress: TrainingProgress, train: TrainConfig, wholeRun?: WholeRun): boolean {
  const last = progress.epochs.at(-1);
  const budget = budgetOf(progress, train, wholeRun);
  if (budget === undefined || last === undefined || progress.stepInEpoch > 0) return false;
  return budget.seconds - budget.spent < Math.min(last.seconds, LAST_PIECE * budget.seconds);
}

/** Returns the used share of the training's budget, 0 to 1; 0 without a budget. */
function budgetSpent(progress: TrainingProgress, train: TrainConfig, wholeRun?: WholeRun): number {
  const budget = budgetOf(progress, train, wholeRun);
  return budget === undefined ? 0 : Math.min(1, budget.spent / budget.seconds);
}

/** Returns the seconds that training may last, and those of them that are spent. */
function budgetOf(
  progress: TrainingProgress,
  { budgetMinutes }: TrainConfig,
  wholeRun?: WholeRun,
): { readonly seconds: number; readonly spent: number } | undefined {
  if (budgetMinutes === null) return undefined;
  return {
    seconds: budgetMinutes * 60 - (wholeRun?.keptSeconds ?? 0),
    spent: wholeRun?.spentSeconds() ?? secondsSpent(progress),
  };
}

/** Over all attempts. */
function secondsSpent({ epochs, trainSeconds }: TrainingProgress): number {
  return epochs.reduce((sum, { seconds }) => sum + seconds, trainSeconds);
}

export function isPatienceSpent({ epochs, best }: TrainingProgress, { patience }: TrainConfig): boolean {
  return best !== null && epochs.length - best.epoch >= (patience === 'auto' ? DEFAULT_PATIENCE : patience);
}

function orderOf({ seed, balance }: TrainConfig, epoch: number, items: Items, batchSize: number): Int32Array {
  const order = balance
    ? balancedOrder(seed, epoch, items.labels, batchSize)
    : epochOrder(seed, epoch, items.items, batchSize);
  return items.groups ? groupedOrder(seed, epoch, order, { groups: items.groups, batchSize }) : order;
}

function afterStep(
  progress: TrainingProgress,
  losses: MetricValues,
  norms: StepNorms | undefined,
  seconds: number,
): TrainingProgress {
  const sums = Object.fromEntries(
    Object.entries(losses).map(([name, value]) => [name, (progress.sums[name] ?? 0) + value]),
  );
  return {
    ...progress,
    step: progress.step + 1,
    stepInEpoch: progress.stepInEpoch + 1,
    sums,
    norms: norms ?? progress.norms,
    trainSeconds: progress.trainSeconds + seconds,
  };
}

function afterEpoch(progress: TrainingProgress, metrics: EpochMetrics, better: boolean): TrainingProgress {
  const { epoch, step, validation, selection } = metrics;
  return {
    ...progress,
    stepInEpoch: 0,
    sums: {},
    norms: undefined,
    trainSeconds: 0,
    epochs: [...progress.epochs, metrics],
    best: better ? { epoch, step, value: validation[selection] as number } : progress.best,
  };
}

function means(sums: MetricValues, steps: number): MetricValues {
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / steps]));
}

function checkFinite(name: string, value: number, epoch: number, step: number): void {
  if (Number.isFinite(value)) return;
  throw new GoldpanError(
    FAILURE.divergence,
    `the ${name} became ${value} in epoch ${epoch} at step ${step}; try a lower train.learningRate or train.clipNorm`,
  );
}
