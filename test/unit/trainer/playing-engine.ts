// An engine without TensorFlow: it plays what a script says, so that the parent can be tested around it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EpochMetrics } from '#core/model/messages/run.ts';
import type { EngineProcess, Launch } from '../../../containers/trainer/run/launch.ts';
import { encodeState, START, type TrainingProgress } from '../../../containers/trainer/state/checkpoint.ts';
import type { EngineTask, FromEngine, ToEngine } from '../../../containers/trainer/state/protocol.ts';
import { SIDE } from './squares.ts';

export const environment = {
  node: 'v22',
  tensorflow: '2',
  cpu: 'x',
  device: 'cpu',
  towers: 1,
  threads: 2,
  precision: 'float32',
} as const;
const losses = { loss: 3, reconstructionLoss: 2, klLoss: 1 };
export const GRID = new Uint8Array(64 * SIDE * SIDE);

export type Play = (task: EngineTask, heard: (type: ToEngine['type']) => Promise<void>) => AsyncIterable<FromEngine>;

/** An engine that plays a script; each launch takes the next one. */
export function playing(...plays: Play[]): { launch: Launch; tasks: EngineTask[]; threads: (number | null)[] } {
  const tasks: EngineTask[] = [];
  const threads: (number | null)[] = [];
  const launch: Launch = (given) => {
    threads.push(given);
    const play = plays.shift() as Play;
    const heard = new Map<ToEngine['type'], PromiseWithResolvers<void>>();
    const waiter = (type: ToEngine['type']) => {
      const there = heard.get(type) ?? Promise.withResolvers<void>();
      heard.set(type, there);
      return there;
    };
    const started = Promise.withResolvers<EngineTask>();
    const killed = Promise.withResolvers<undefined>();
    const engine: EngineProcess = {
      send(message) {
        if (message.type === 'start') started.resolve(message.task);
        waiter(message.type).resolve();
      },
      messages: (async function* () {
        const task = await started.promise;
        tasks.push(task);
        const script = play(task, (type) => waiter(type).promise)[Symbol.asyncIterator]();
        for (;;) {
          const next = await Promise.race([script.next(), killed.promise]);
          if (!next || next.done) return;
          yield next.value;
        }
      })(),
      ending: () => 'was ended by SIGKILL',
      kill: () => killed.resolve(undefined),
    };
    return engine;
  };
  return { launch, tasks, threads };
}

function progressAt(step: number, epochs: number): TrainingProgress {
  const metrics = (epoch: number): EpochMetrics => ({
    epoch,
    step: epoch * 6,
    train: losses,
    validation: { negativeElbo: 3, klLoss: 1 },
    selection: 'negativeElbo',
    schedule: { learningRate: 1e-3 },
    seconds: 1,
    itemsPerSecond: 96,
    memoryMiB: 1,
  });
  return {
    ...START,
    step,
    stepInEpoch: step - epochs * 6,
    epochs: Array.from({ length: epochs }, (_, i) => metrics(i + 1)),
    best: epochs > 0 ? { epoch: 1, step: 6, value: 3 } : null,
  };
}

export function handOver(task: EngineTask, step: number, epochs: number, samples: Uint8Array | null): FromEngine {
  const stateFile = join(task.folder, `state-${step}`);
  const state = new Map([['a/w', { shape: [1], values: Float32Array.of(step) }]]);
  writeFileSync(stateFile, encodeState({ state, best: undefined }));
  return { type: 'checkpoint', stateFile, progress: progressAt(step, epochs), samples };
}

export function finish(task: EngineTask): FromEngine {
  writeFileSync(join(task.folder, 'decoder.onnx'), 'onnx');
  const metrics = { items: 23, selection: 'negativeElbo', figures: { negativeElbo: 3, floor: 1 } };
  const result = {
    progress: progressAt(12, 2),
    endedBy: 'epochs' as const,
    metrics,
    samples: GRID,
    modelFolder: task.folder,
    latent: null,
    files: ['decoder.onnx'],
  };
  return { type: 'finished', result };
}

export const ready: FromEngine = { type: 'ready', environment, stepsPerEpoch: 6 };
