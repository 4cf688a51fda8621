// Runs the trainer's own loop on MNIST in this process. Its clock is CPU time, so that a budget allows the same work on a busy machine
// as on an idle one.
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { classesRead, type ResolvedTrain } from '#core/model/resolve-train.ts';
import { epochLine } from '#core/model/timing/epoch-line.ts';
import { type Items, planTrainingBatches } from '../containers/trainer/data/batches.ts';
import type { ImageSize } from '../containers/trainer/data/picture.ts';
import { type FitHooks, fitModel } from '../containers/trainer/learn/fit.ts';
import type { Judge, Learner } from '../containers/trainer/learn/learner.ts';
import { familyOf } from '../containers/trainer/models/registry.ts';
import type { TrainingProgress } from '../containers/trainer/state/checkpoint.ts';
import { startCpuClock } from './cpu-clock.ts';
import { keptFit } from './kept-fit.ts';
import { DIGIT } from './mnist.ts';

const MILLISECONDS_PER_MINUTE = 60_000;

export type DigitsRun = {
  readonly train: ResolvedTrain;
  /** Absent = that of a digit. */
  readonly size?: ImageSize;
  readonly data: { readonly train: Items; readonly validation: Items };
  readonly judge?: Judge;
};

export type DigitsFitted = {
  /** With the weights of the best epoch on the validation split; the caller disposes it. */
  readonly learner: Learner;
  readonly progress: TrainingProgress;
  /** Of all threads: training and scoring on the validation split. */
  readonly processorMinutes: number;
};

/** A budget in `train` is CPU time divided by the number of cores: 20 minutes on two cores are 40 CPU minutes. */
export async function fitDigits({ train, data, size = DIGIT, judge }: DigitsRun): Promise<DigitsFitted> {
  const cores = availableParallelism();
  const plan = planTrainingBatches({ ...train, items: data.train.items, cores, device: 'cpu' });
  const classes = classesRead(train, data.train.classes);
  const model = { ...size, latentDim: train.latentDim, classes, batchSize: plan.batchSize };
  const learner = familyOf(train.model).openLearner({ ...plan, train, model, rateScale: 1 });
  const kept = keptFit(train, data.train.items);
  if (kept.saved) learner.load(kept.saved.state);
  const thisPiece = startCpuClock();
  const minutes = () => kept.minutes + thisPiece();
  const hooks: FitHooks = {
    async yieldToEventLoop() {
      kept.check(thisPiece());
      await eventLoopTurn();
    },
    stepDone: () => undefined,
    async checkpoint({ progress, state, best, samples }) {
      kept.store(progress, { state, best }, minutes());
      if (samples && progress.epochs.length > 0)
        say(`${epochLine(progress.epochs, train, { inFull: true })}, ${minutes().toFixed(1)} processor-minutes`);
    },
    now: () => (minutes() * MILLISECONDS_PER_MINUTE) / cores,
    memoryMiB: () => process.memoryUsage.rss() / 2 ** 20,
  };
  const start = { progress: kept.progress, best: kept.saved?.best };
  const fitted = await fitModel({ learner, train, data, classes, judge, ...start, hooks });
  const processorMinutes = minutes();
  learner.use(fitted.best, fitted.progress.best?.step ?? fitted.progress.step);
  return { learner, progress: fitted.progress, processorMinutes };
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

export const eventLoopTurn = async (): Promise<void> => void (await setImmediate());
