import { afterAll, expect, test } from 'vitest';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { type ResolvedTrain, resolveTrain } from '#core/model/resolve-train.ts';
import { fillBatch, newBatch } from '../../../../containers/trainer/data/batches.ts';
import type { Learner } from '../../../../containers/trainer/learn/learner.ts';
import { ganFamily } from '../../../../containers/trainer/models/gan/gan-learner.ts';
import { decodeState, encodeState } from '../../../../containers/trainer/state/checkpoint.ts';
import { IMAGE, SIDE, squares } from '../squares.ts';

const data = squares(24, 1);
const BATCH = 8;
const open: Learner[] = [];
afterAll(() => {
  for (const learner of open) learner.dispose();
});

function learnerOf(preset: ResolvedTrain['preset']): Learner {
  const given = TrainConfig.parse({ model: 'gan', preset, latentDim: 4, batchSize: BATCH, emaDecay: 0.5 });
  const train = resolveTrain(given, { items: data.items, classes: data.classes, image: IMAGE });
  const model = { ...IMAGE, latentDim: 4, classes: data.classes, batchSize: BATCH };
  const learner = ganFamily.openLearner({ train, model, towers: 1, stepsPerEpoch: 3, rateScale: 1 });
  open.push(learner);
  return learner;
}

function train(learner: Learner, steps: number) {
  const batch = newBatch(BATCH, data.size, data.classes);
  return Array.from({ length: steps }, () => {
    const first = (learner.step * BATCH) % data.items;
    fillBatch(
      batch,
      data,
      Int32Array.from({ length: BATCH }, (_, i) => (first + i) % data.items),
    );
    return learner.train(batch, { norms: learner.step === 0, budgetSpent: 0 });
  });
}

test.each([
  ['plain', 14, 4, [16]],
  ['wgan-gp', 4, 3, [1, 2, 3, 4, 5, 6, 7]],
] as const)(
  'a %s put back to where it was saved goes on to the same losses and bytes, and its best weights draw the same again',
  async (preset, before, after, penalised) => {
    const learner = learnerOf(preset);
    const first = train(learner, before);
    const saved = stateOf(learner);
    const rest = train(learner, after);
    const ended = stateOf(learner);
    learner.load(decodeState(saved).state);
    expect(learner.step).toBe(before);
    expect(train(learner, after)).toEqual(rest);
    expect(stateOf(learner).equals(ended)).toBe(true);

    const log = [...first, ...rest];
    expect(log.flatMap(({ losses }, i) => (losses.penalty !== 0 ? [i + 1] : []))).toEqual(penalised);
    expect(Object.keys(log[0]?.norms?.gradients ?? {})).toContain('critic/down1/kernel');
    expect(log.every(({ losses }) => Number.isFinite(losses.loss))).toBe(true);

    await learner.score(data, async () => undefined);
    const [weights, step, drawn] = [learner.weights(), learner.step, learner.samples()];
    expect(drawn).toHaveLength(64 * SIDE * SIDE);
    expect([...weights.keys()].some((name) => name.startsWith('critic/'))).toBe(false);
    train(learner, 1);
    learner.use(weights, step);
    expect(learner.step).toBe(step);
    expect(learner.samples()).toEqual(drawn);
  },
);

function stateOf(learner: Learner): Buffer {
  return Buffer.from(encodeState({ state: learner.save(), best: undefined }));
}
