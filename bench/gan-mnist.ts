// How well the GAN draws MNIST digits within a budget of processor time: by the trainer's own metrics, each beside what real digits
// reach. Epochs are chosen by KID on digits held back from the train split; the test digits are compared with once, at the end.
import { availableParallelism } from 'node:os';
import type { Compared, ImageMetrics } from '#core/messages/image-metrics.ts';
import { resolveTrain } from '#core/resolve-train.ts';
import { TrainConfig } from '#core/train-config.ts';
import { planBatches } from '../containers/trainer/batches.ts';
import { tf } from '../containers/trainer/engine/tensorflow.ts';
import { openFeatureNet } from '../containers/trainer/evaluate/feature-net.ts';
import { openJudges } from '../containers/trainer/evaluate/judge.ts';
import { trainFeatureNet } from '../containers/trainer/evaluate/train-feature-net.ts';
import { type Benchmark, higherIsBetter, lowerIsBetter, type Row } from './benchmark.ts';
import { fitDigits, nextBreath, say } from './fit-digits.ts';
import { DIGIT, DIGIT_CLASSES, readDigits } from './mnist.ts';

/** 25 minutes on two cores. */
const PROCESSOR_MINUTES = Number(process.env.GOLDPAN_PROCESSOR_MINUTES ?? 50);
const SEED = Number(process.env.GOLDPAN_SEED ?? 1);
const TRAINED = 55_000;
const TRAIN = resolveTrain(
  TrainConfig.parse({
    model: 'gan',
    epochs: 10_000,
    patience: 10_000,
    seed: SEED,
    budgetMinutes: PROCESSOR_MINUTES / availableParallelism(),
  }),
  { items: TRAINED, classes: DIGIT_CLASSES, image: DIGIT },
);
const LEAST_ACCURACY = 0.95;
const LEAST_RECALL_SHARE = 0.6;
const RUNG = 'blur 0.7';

export const ganMnist: Benchmark = {
  sentence: `what the GAN draws of MNIST after GOLDPAN_PROCESSOR_MINUTES (${PROCESSOR_MINUTES}) of processor time, beside real digits`,
  async run() {
    const data = {
      train: readDigits('train', 0, TRAINED),
      validation: readDigits('train', TRAINED),
      test: readDigits('t10k'),
    };
    const { towers } = planBatches({ ...TRAIN, items: TRAINED, cores: availableParallelism(), device: 'cpu' });
    const { weights, facts } = await trainFeatureNet({ ...data, size: DIGIT, towers, breathe: nextBreath });
    const net = openFeatureNet(weights, facts, DIGIT);
    say(`the judging classifier is right on ${(100 * facts.accuracy).toFixed(1)} % of held-out digits`);
    const judges = openJudges({
      data,
      size: DIGIT,
      latentDim: TRAIN.latentDim,
      classes: DIGIT_CLASSES,
      net: async () => net,
    });
    const { learner, progress, processorMinutes } = await fitDigits({ train: TRAIN, data, judge: judges.byEpoch });
    const metrics = await judges.inFull(learner, nextBreath);
    net.dispose();
    learner.dispose();
    if (metrics === null) throw new Error('there are too few digits to compare');
    const what = `${processorMinutes.toFixed(0)} processor-minutes, seed ${SEED}, epoch ${progress.best?.epoch} of ${progress.epochs.length}`;
    say(what);
    return { versions: { tfjs: tf.version['tfjs-node'] }, rows: rowsOf(metrics, what) };
  },
};

function rowsOf({ n, figures, ladder }: ImageMetrics, what: string): Row[] {
  const figure = (name: Compared['name']): Compared => {
    const found = figures.find((each) => each.name === name);
    if (found === undefined) throw new Error(`there is no figure ${name}`);
    return found;
  };
  const against = (name: 'kid' | 'fid' | 'precision' | 'recall' | 'coverage', goal: number): Row => {
    const { model, real, better } = figure(name);
    const row = { metric: `${name}, n = ${n}`, unit: 'value', ours: model, goal, peerName: 'real digits' };
    return (better === 'higher' ? higherIsBetter : lowerIsBetter)({ ...row, peer: real ?? Number.NaN });
  };
  const accuracy = figure('classAccuracy');
  const rung = ladder.find(({ degradation }) => degradation === RUNG);
  return [
    higherIsBetter({
      metric: `drawn digits told to be what was asked for; ${what}`,
      unit: 'share',
      ours: accuracy.model,
      peer: LEAST_ACCURACY,
      peerName: `limit (real digits: ${accuracy.real?.toFixed(3)})`,
      goal: 1,
    }),
    against('recall', LEAST_RECALL_SHARE),
    lowerIsBetter({
      metric: `kid, n = ${n}`,
      unit: 'value',
      ours: figure('kid').model,
      peer: rung?.kid ?? Number.NaN,
      peerName: `real digits, ${RUNG}`,
      goal: 1,
    }),
    against('kid', 0),
    against('fid', 0),
    against('precision', 0),
    against('coverage', 0),
  ];
}
