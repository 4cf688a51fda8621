import { describe, expect, test } from 'vitest';
import { TrainConfig } from '#core/kinds/train-config.ts';
import {
  CHECKPOINT_EVERY_MS,
  type Checkpoint,
  type FitHooks,
  fitModel,
} from '../../../containers/trainer/learn/fit.ts';
import { decodeState, encodeState, START } from '../../../containers/trainer/state/checkpoint.ts';
import { Stopped } from '../../../containers/trainer/state/stop.ts';
import { type Script, scriptedLearner } from './scripted-learner.ts';
import { squares } from './squares.ts';

const data = { train: squares(50, 1), validation: squares(9, 2) };
const STEPS = 3;
const config = (changes: Partial<TrainConfig> = {}) => TrainConfig.parse({ epochs: 4, batchSize: 16, ...changes });

function watch({ stopAt = Number.POSITIVE_INFINITY, msPerCall = 1 } = {}) {
  const checkpoints: Checkpoint[] = [];
  let turns = 0;
  let time = 0;
  const hooks: FitHooks = {
    async yieldToEventLoop() {
      turns += 1;
      if (turns > stopAt) throw new Stopped('stop');
    },
    stepDone: () => undefined,
    async checkpoint(checkpoint) {
      checkpoints.push(checkpoint);
    },
    now: () => {
      time += msPerCall;
      return time;
    },
    memoryMiB: () => 1,
  };
  return { hooks, checkpoints };
}

const run = (script: Partial<Script>, train: TrainConfig, hooks: FitHooks, from?: Checkpoint) => {
  const learner = scriptedLearner({ batchSize: 16, ...script });
  if (from) learner.load(decodeState(encodeState(from)).state);
  return fitModel({ learner, train, data, classes: 0, progress: from?.progress ?? START, best: from?.best, hooks });
};
const lossLog = ({ epochs }: { epochs: readonly { train: unknown; validation: unknown; step: number }[] }) =>
  epochs.map(({ train, validation, step }) => ({ train, validation, step }));

test('an epoch is a line of metrics, a checkpoint and a picture', async () => {
  const { hooks, checkpoints } = watch();
  const { progress } = await run({ lossAt: (step) => step }, config({ epochs: 2 }), hooks);
  expect(progress.epochs.map(({ epoch, step, train }) => [epoch, step, train.loss])).toEqual([
    [1, 3, 2],
    [2, 6, 5],
  ]);
  expect(checkpoints.map((one) => [one.progress.step, one.progress.stepInEpoch, one.samples?.length])).toEqual([
    [3, 0, 1],
    [6, 0, 1],
  ]);
  expect(progress.epochs[0]?.itemsPerSecond).toBeGreaterThan(0);
  expect(progress.epochs[1]).toMatchObject({
    train: { loss: 5, part: 5 },
    selection: 'off',
    schedule: { learningRate: 0.1 },
    norms: { gradients: { net: 4 }, activations: {} },
  });
});

describe('early stopping', () => {
  test('ends after `patience` epochs without a better one, with the weights of the best', async () => {
    const { hooks, checkpoints } = watch();
    const losses = [5, 4, 6, 4, 7, 1];
    const validation = (round: number) => losses[round - 1] as number;
    const { progress, best } = await run({ validation }, config({ epochs: 10, patience: 3 }), hooks);
    expect(progress.epochs).toHaveLength(5);
    expect(progress.best).toEqual({ epoch: 2, step: 6, value: expect.closeTo(4, 4) });
    expect(best.get('net/weight')).toEqual(checkpoints[1]?.state.get('net/weight'));
    expect(best.get('net/weight')).not.toEqual(checkpoints[4]?.state.get('net/weight'));
  });
});

describe('resume', () => {
  test('stopped before any turn, the run goes on to the same losses and weights', async () => {
    const whole = watch();
    const expected = await run({}, config(), whole.hooks);
    const turnsPerEpoch = STEPS + 1;
    for (let stopAt = 0; stopAt < 4 * turnsPerEpoch; stopAt++) {
      const first = watch({ stopAt });
      await expect(run({}, config(), first.hooks)).rejects.toThrow(Stopped);
      const last = first.checkpoints.at(-1) as Checkpoint;
      expect(last.progress.step).toBe(
        Math.floor(stopAt / turnsPerEpoch) * STEPS + Math.min(stopAt % turnsPerEpoch, STEPS),
      );
      const second = watch();
      const resumed = await run({}, config(), second.hooks, last);
      expect(lossLog(resumed.progress)).toEqual(lossLog(expected.progress));
      expect(resumed.best).toEqual(expected.best);
      expect(second.checkpoints.at(-1)?.state).toEqual(whole.checkpoints.at(-1)?.state);
    }
  });

  test('a run that is over trains no further', async () => {
    const { hooks, checkpoints } = watch();
    await run({}, config(), hooks);
    const again = watch();
    await run({}, config(), again.hooks, checkpoints.at(-1));
    expect(again.checkpoints).toEqual([]);
  });
});

test('a long epoch is saved within it', async () => {
  const { hooks, checkpoints } = watch({ msPerCall: CHECKPOINT_EVERY_MS / 8 });
  await run({}, config({ epochs: 1 }), hooks);
  expect(checkpoints.map(({ progress }) => progress.stepInEpoch)).toEqual([2, 0]);
  expect(checkpoints.at(-1)?.samples).toBeDefined();
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])('a loss of %s ends the run with where it was', async (bad) => {
  const { hooks } = watch();
  const lossAt = (step: number) => (step === 5 ? bad : 1);
  await expect(run({ lossAt }, config(), hooks)).rejects.toMatchObject({
    name: 'DivergenceError',
    message: expect.stringContaining('epoch 2 at step 5'),
  });
});

test('a run goes on within an epoch with the batches that were left of it, and each epoch has an order of its own', async () => {
  const collect = async (hooks: FitHooks, from?: Checkpoint) => {
    const seen: string[] = [];
    const learner = scriptedLearner({ batchSize: 16 });
    if (from) learner.load(decodeState(encodeState(from)).state);
    const watching = {
      ...learner,
      train(...[batch, options]: Parameters<typeof learner.train>) {
        seen.push(batch.x.join());
        return learner.train(batch, options);
      },
    };
    const train = config({ epochs: 2 });
    const start = { progress: from?.progress ?? START, best: from?.best };
    await fitModel({ learner: watching, train, data, classes: 0, ...start, hooks }).catch((error) => {
      if (!(error instanceof Stopped)) throw error;
    });
    return seen;
  };
  const whole = await collect(watch().hooks);
  expect(new Set(whole).size).toBe(2 * STEPS);
  for (const stopAt of [1, 2, STEPS + 2, STEPS + 3]) {
    const { hooks, checkpoints } = watch({ stopAt });
    const before = await collect(hooks);
    const after = await collect(watch().hooks, checkpoints.at(-1));
    expect([...before, ...after]).toEqual(whole);
  }
});
