// Measures the GAN on MNIST with the trainer's own metrics, beside the values of real digits and beside the same GAN in PyTorch with the same
// initial weights. Epochs are chosen by KID on digits held back from the train split; the test digits are
// compared with once, at the end.

import { TrainConfig } from '#core/kinds/train-config.ts';
import type { Compared, ImageMetrics } from '#core/model/messages/image-metrics.ts';
import { type ResolvedTrain, resolveTrain } from '#core/model/resolve-train.ts';
import { tf } from '../containers/trainer/engine/tensorflow.ts';
import type { Judges } from '../containers/trainer/evaluate/image/judge.ts';
import { gan } from '../containers/trainer/models/gan/gan.ts';
import { type Benchmark, higherIsBetter, lowerIsBetter, type Row } from './benchmark.ts';
import { eventLoopTurn, fitDigits, say } from './fit-digits.ts';
import { judgesOfDigits, readSplits, TRAINED } from './judged-digits.ts';
import { DIGIT, DIGIT_CLASSES } from './mnist.ts';
import { fitWithTorch } from './peer/torch.ts';

/** About two CPU minutes each. */
const EPOCHS = Number(process.env.GOLDPAN_EPOCHS ?? 5);
/** The first of them in PyTorch, too. */
const SEEDS = (process.env.GOLDPAN_SEEDS ?? '1,2,3').split(',').map(Number);
const DRAWN = 1_000;
const LEAST_ACCURACY = 0.95;
const LEAST_RECALL_SHARE = 0.6;
const MOST_KID_OF_PYTORCH = 1.1;
const RUNG = 'blur 0.7';

type Fitted = { readonly metrics: ImageMetrics; readonly processorMinutes: number };

export const ganMnist: Benchmark = {
  sentence: `what the GAN draws of MNIST after GOLDPAN_EPOCHS (${EPOCHS}) epochs, beside real digits and PyTorch, for each of GOLDPAN_SEEDS`,
  async run() {
    const data = readSplits();
    const { judges, net } = await judgesOfDigits(data, trainOf(1).latentDim);
    say(`the judging classifier is right on ${(100 * net.facts.accuracy).toFixed(1)} % of held-out digits`);
    const fitted: Fitted[] = [];
    for (const seed of SEEDS) {
      const train = trainOf(seed);
      const { learner, progress, processorMinutes } = await fitDigits({ train, data, judge: judges.byEpoch });
      const metrics = enough(await judges.inFull(learner, eventLoopTurn));
      learner.dispose();
      fitted.push({ metrics, processorMinutes });
      say(`seed ${seed}, epoch ${progress.best?.epoch}: ${metricsText(metrics)}`);
    }
    const peer = await fitPeer(trainOf(SEEDS[0] as number), judges);
    say(`PyTorch: ${metricsText(peer.metrics)}`);
    net.dispose();
    return { versions: { tfjs: tf.version['tfjs-node'], torch: peer.version }, rows: rowsOf(fitted, peer) };
  },
};

function trainOf(seed: number): ResolvedTrain {
  const config = TrainConfig.parse({ model: 'gan', epochs: EPOCHS, patience: 10_000, seed });
  return resolveTrain(config, { items: TRAINED, classes: DIGIT_CLASSES, image: DIGIT });
}

async function fitPeer({ latentDim, batchSize, epochs, learningRate, seed, ...train }: ResolvedTrain, judges: Judges) {
  const config = { ...DIGIT, latentDim, classes: DIGIT_CLASSES, batchSize };
  const initial = gan(config, train).initialState(seed);
  const asked = { model: 'gan', initial, items: TRAINED, epochs, batchSize, learningRate, seed, draws: DRAWN } as const;
  const { drawn, ...fitted } = fitWithTorch(asked);
  return { ...fitted, metrics: enough(await judges.inFull({ generate: () => drawn }, eventLoopTurn)) };
}

function enough(metrics: ImageMetrics | null): ImageMetrics {
  if (metrics === null) throw new Error('there are too few digits to compare');
  return metrics;
}

type MetricName = Compared['name'];

function metricOf({ figures }: ImageMetrics, name: MetricName): Compared {
  const found = figures.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no figure ${name}`);
  return found;
}

function metricsText(metrics: ImageMetrics): string {
  const names: readonly MetricName[] = ['classAccuracy', 'kid', 'fid', 'precision', 'recall', 'coverage'];
  return names.map((name) => `${name} ${metricOf(metrics, name).model.toFixed(3)}`).join(', ');
}

function rowsOf(fitted: readonly Fitted[], peer: Fitted): Row[] {
  const [{ metrics: first }] = fitted as [Fitted];
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const of = (name: MetricName) => fitted.map(({ metrics }) => metricOf(metrics, name).model);
  const real = (name: MetricName) => metricOf(first, name).real ?? Number.NaN;
  const seeds = `seeds ${SEEDS.join(', ')}, ${EPOCHS} epochs`;
  const beside = (metric: string, name: MetricName, peer: number, peerName: string, goal: number): Row => {
    const row = { metric: `${metric}, ${seeds}`, unit: 'value', ours: mean(of(name)), peer, peerName, goal };
    return (metricOf(first, name).better === 'higher' ? higherIsBetter : lowerIsBetter)(row);
  };
  const worst = (metric: string, name: MetricName, peer: number, peerName: string): Row =>
    higherIsBetter({
      metric: `${metric}, worst of ${seeds}`,
      unit: 'share',
      ours: Math.min(...of(name)),
      peer,
      peerName,
      goal: 1,
    });
  const rung = first.ladder.find(({ degradation }) => degradation === RUNG)?.kid ?? Number.NaN;
  const n = `n = ${first.n}`;
  const torch = (name: MetricName, goal: number) =>
    beside(`${name}, ${n}`, name, metricOf(peer.metrics, name).model, `PyTorch, seed ${SEEDS[0]}`, goal);
  return [
    worst(
      'drawn digits classified as what was asked for',
      'classAccuracy',
      LEAST_ACCURACY,
      `limit (real digits: ${real('classAccuracy').toFixed(3)})`,
    ),
    worst(`recall, ${n}`, 'recall', LEAST_RECALL_SHARE * real('recall'), `${LEAST_RECALL_SHARE} of real digits'`),
    beside(`kid, ${n}`, 'kid', rung, `real digits, ${RUNG}`, 1),
    torch('kid', 1 / MOST_KID_OF_PYTORCH),
    torch('classAccuracy', 0),
    torch('recall', 0),
    torch('precision', 0),
    ...(['kid', 'fid', 'precision', 'recall', 'coverage'] as const).map((name) =>
      beside(`${name}, ${n}`, name, real(name), 'real digits', 0),
    ),
    lowerIsBetter({
      metric: `processor time of training, ${seeds}; ours with a KID an epoch`,
      unit: 'minutes',
      ours: mean(fitted.map(({ processorMinutes }) => processorMinutes)),
      peer: peer.processorMinutes,
      peerName: 'PyTorch',
      goal: 0,
    }),
  ];
}
