// Trains a learner within a task, whatever its kind of data: from the last checkpoint, a parent's weights or its first ones, to the
// weights of the best epoch, which it then has.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainConfig } from '#core/kinds/train-config.ts';
import { type BatchPlan, type BatchRequest, type Items, planTrainingBatches } from '../data/batches.ts';
import type { StateMap } from '../engine/types.ts';
import { decodeState, encodeState, START } from '../state/checkpoint.ts';
import type { EngineResult, EngineTask } from '../state/protocol.ts';
import { startFrom } from '../state/warm-start.ts';
import type { Channel, Host } from './channel.ts';
import { endOf, type FitHooks, fitModel } from './fit.ts';
import type { Judge, Learner } from './learner.ts';

/** Factor on the learning rates after a divergence. */
const RETRY_RATE = 0.5;
const PLACE_EVERY_MS = 1_000;

type LearnerTask = {
  readonly task: Pick<EngineTask, 'folder' | 'resume' | 'parentFile' | 'retry' | 'budget'>;
  readonly channel: Channel;
  readonly host: Host;
  readonly learner: Learner;
  readonly train: TrainConfig;
  readonly data: { readonly train: Items; readonly validation: Items };
  readonly plan: BatchPlan;
  /** Classes that the model is conditioned on; 0 means none. */
  readonly classes: number;
  /** Scores an epoch's samples; absent: the learner's own scores decide. */
  readonly judge?: Judge;
};

type Trained = Pick<EngineResult, 'progress' | 'endedBy'> & { readonly best: StateMap };

/** Throws Stopped after a checkpoint when a stop was asked for, and a GoldpanError on failures of the domain. */
export async function trainLearner(options: LearnerTask): Promise<Trained> {
  const { task, channel, host, learner, train, data, plan, classes, judge } = options;
  const { resume } = task;
  const saved = resume && decodeState(readFileSync(resume.stateFile));
  if (saved) learner.load(saved.state);
  else if (task.parentFile) channel.send({ type: 'parent', ...startFrom(learner, readFileSync(task.parentFile)) });
  channel.send({
    type: 'ready',
    environment: { ...host.environment, towers: plan.towers, precision: train.precision },
    stepsPerEpoch: plan.stepsPerEpoch,
  });
  const hooks = hooksOf(task, channel, host);
  const progress = { ...(resume?.progress ?? START), retry: task.retry };
  const fitted = await fitModel({ learner, train, data, classes, judge, progress, best: saved?.best, hooks });
  await channel.stored();
  learner.use(fitted.best, fitted.progress.best?.step ?? fitted.progress.step);
  return { ...fitted, endedBy: endOf(fitted.progress, train, hooks.wholeRun) ?? 'epochs' };
}

/** Returns the batches of a task of so many training items on this host; a resumed run keeps its number of towers. */
export function batchPlanOf(
  { resume }: Pick<EngineTask, 'resume'>,
  { batchSize, precision }: Pick<BatchRequest, 'batchSize' | 'precision'>,
  items: number,
  { cores, environment }: Host,
): BatchPlan {
  const { device } = environment;
  return planTrainingBatches({ batchSize, precision, items, cores, device, towers: resume?.environment.towers });
}

/** Factor on the learning rates of a task. */
export function rateScaleOf({ retry }: Pick<EngineTask, 'retry'>): number {
  return retry ? RETRY_RATE : 1;
}

function hooksOf({ folder, budget }: Pick<EngineTask, 'folder' | 'budget'>, channel: Channel, host: Host): FitHooks {
  let toldAt = host.now();
  return {
    yieldToEventLoop: () => channel.yieldToEventLoop(),
    now: () => host.now(),
    memoryMiB: () => host.memoryMiB(),
    wholeRun: budget && {
      keptSeconds: budget.keptSeconds,
      spentSeconds: () => budget.spentSeconds + host.now() / 1000,
    },
    stepDone({ epochs, step }) {
      if (host.now() - toldAt < PLACE_EVERY_MS) return;
      toldAt = host.now();
      channel.send({ type: 'position', epoch: epochs.length, step });
    },
    preview: (samples) => channel.send({ type: 'preview', samples }),
    async checkpoint({ progress, state, best, samples }) {
      await channel.stored();
      const stateFile = join(folder, `state-${progress.step}.safetensors`);
      writeFileSync(stateFile, encodeState({ state, best }));
      channel.send({ type: 'checkpoint', stateFile, progress, samples: samples ?? null });
    },
  };
}
