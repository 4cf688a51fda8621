// Measures the cost of a flow as prior: CPU time of a training step with it divided by that of the same step without it, on digits, in
// alternating rounds, so that the load of the machine affects both equally.
import { availableParallelism } from 'node:os';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { classesRead, type ResolvedTrain, resolveTrain } from '#core/model/resolve-train.ts';
import { fillBatch, newBatch, planTrainingBatches } from '../containers/trainer/data/batches.ts';
import { tf } from '../containers/trainer/engine/tensorflow.ts';
import type { Learner } from '../containers/trainer/learn/learner.ts';
import { familyOf } from '../containers/trainer/models/registry.ts';
import { type Benchmark, lowerIsBetter, median, type Row } from './benchmark.ts';
import { startCpuClock } from './cpu-clock.ts';
import { DIGIT, DIGIT_CLASSES, readDigits } from './mnist.ts';

const TRAINED = 6_000;
const BATCH = 64;
const ROUNDS = 9;
const STEPS = 20;
const MOST_SHARE = 1.1;
const MILLISECONDS_PER_MINUTE = 60_000;

export const flowCost: Benchmark = {
  sentence: "a training step's CPU time with a flow as prior, beside the same step without",
  async run() {
    return { versions: { tfjs: tf.version['tfjs-node'] }, rows: [stepsOf('plain'), stepsOf('residual')] };
  },
};

function stepsOf(preset: 'plain' | 'residual'): Row {
  const data = readDigits('train', 0, TRAINED);
  const contestants = (['flow', 'mixture'] as const).map((prior) => {
    const config = TrainConfig.parse({ preset, prior, batchSize: BATCH });
    const train = resolveTrain(config, { items: TRAINED, classes: DIGIT_CLASSES, image: DIGIT });
    const classes = classesRead(train, DIGIT_CLASSES);
    const batch = newBatch(BATCH, data.size, classes);
    fillBatch(
      batch,
      data,
      Int32Array.from({ length: BATCH }, (_, i) => i),
    );
    return { learner: openLearner(train, classes), batch, times: [] as number[] };
  });
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { learner, batch, times } of contestants) {
      const minutes = startCpuClock();
      for (let step = 0; step < STEPS; step++) learner.train(batch);
      if (round > 0) times.push((minutes() * MILLISECONDS_PER_MINUTE) / STEPS);
    }
  }
  for (const { learner } of contestants) learner.dispose();
  const [ours, peer] = contestants.map(({ times }) => median(times)) as [number, number];
  return lowerIsBetter({
    metric: `CPU time of a step of ${BATCH} digits, preset ${preset}, ${availableParallelism()} cores`,
    ...{ unit: 'ms', ours, peer, peerName: 'without a flow', goal: 1 / MOST_SHARE },
  });
}

function openLearner(train: ResolvedTrain, classes: number): Learner {
  const plan = planTrainingBatches({ ...train, items: TRAINED, cores: availableParallelism(), device: 'cpu' });
  const model = { ...DIGIT, latentDim: train.latentDim, classes, batchSize: plan.batchSize };
  return familyOf(train.model, train.preset).openLearner({ ...plan, train, model, rateScale: 1 });
}
