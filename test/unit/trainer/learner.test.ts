// The loop around the real session: what the scripted learner cannot show is that no bit is lost between two sessions.
import { afterEach, expect, test } from 'vitest';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { resolveTrain } from '#core/model/resolve-train.ts';
import { planTrainingBatches } from '../../../containers/trainer/data/batches.ts';
import { type Checkpoint, type FitHooks, fitModel } from '../../../containers/trainer/learn/fit.ts';
import { GRID_ITEMS, type Learner } from '../../../containers/trainer/learn/learner.ts';
import { familyOf } from '../../../containers/trainer/models/registry.ts';
import { decodeState, encodeState, START } from '../../../containers/trainer/state/checkpoint.ts';
import { Stopped } from '../../../containers/trainer/state/stop.ts';
import { IMAGE, SIDE, squares } from './squares.ts';

const data = { train: squares(200, 1), validation: squares(20, 2) };
const train = resolveTrain(
  TrainConfig.parse({ preset: 'plain', latentDim: 4, epochs: 3, batchSize: 64, learningRate: 5e-3 }),
  { items: 200, classes: 4, image: IMAGE },
);
const plan = planTrainingBatches({ ...train, items: data.train.items, cores: 2, device: 'cpu' });

const open: Learner[] = [];
afterEach(() => {
  for (const learner of open.splice(0)) learner.dispose();
});
const learner = (): Learner => {
  const made = familyOf(train.model).openLearner({
    train,
    model: { ...IMAGE, latentDim: train.latentDim, classes: 0, batchSize: plan.batchSize },
    towers: plan.towers,
    stepsPerEpoch: plan.stepsPerEpoch,
    rateScale: 1,
  });
  open.push(made);
  return made;
};

async function fitUntil(turns: number, on: Learner, from?: Checkpoint) {
  const checkpoints: Checkpoint[] = [];
  const hooks: FitHooks = {
    async yieldToEventLoop() {
      turns -= 1;
      if (turns < 0) throw new Stopped('stop');
    },
    stepDone: () => undefined,
    checkpoint: async (checkpoint) => void checkpoints.push(checkpoint),
    now: () => 0,
    memoryMiB: () => 0,
  };
  const fitted = fitModel({
    ...{ learner: on, train, data, classes: 0, hooks },
    progress: from?.progress ?? START,
    best: from?.best,
  });
  return { fitted: await fitted.catch((error: Error) => error), checkpoints };
}

test('two towers stopped in mid-epoch go on in another session to the same checkpoint, byte by byte', async () => {
  expect(plan).toEqual({ batchSize: 64, towers: 2, stepsPerEpoch: 3 });
  const whole = await fitUntil(Number.POSITIVE_INFINITY, learner());
  const first = await fitUntil(6, learner());
  expect(first.fitted).toBeInstanceOf(Stopped);
  const last = first.checkpoints.at(-1) as Checkpoint;
  expect(last.progress).toMatchObject({ step: 5, stepInEpoch: 2 });

  const second = learner();
  const stored = decodeState(encodeState(last));
  second.load(stored.state);
  const resumed = await fitUntil(Number.POSITIVE_INFINITY, second, { ...stored, progress: last.progress });
  const [expected, got] = [whole, resumed].map(({ checkpoints }) => checkpoints.at(-1) as Checkpoint);
  expect(got?.progress).toEqual(expected?.progress);
  expect(Buffer.compare(encodeState(got as Checkpoint), encodeState(expected as Checkpoint))).toBe(0);
  expect(got?.samples).toEqual(expected?.samples);
  expect(got?.samples).toHaveLength(GRID_ITEMS * SIDE * SIDE);
});
