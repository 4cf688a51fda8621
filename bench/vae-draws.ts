// What a VAE draws of MNIST through a flow, beside the same network whose draws come from a mixture fitted to its codes. Both train for
// as many epochs, chosen on 2,000 digits held back from the train split; the test digits are compared with once, at the end.
import { TrainConfig } from '#core/kinds/train-config.ts';
import type { Prior } from '#core/model/messages/latent-facts.ts';
import { type ResolvedTrain, resolveTrain } from '#core/model/resolve-train.ts';
import { tf } from '../containers/trainer/engine/tensorflow.ts';
import type { FeatureNet } from '../containers/trainer/evaluate/image/feature-net.ts';
import { fid } from '../containers/trainer/evaluate/shared/fid.ts';
import { kid } from '../containers/trainer/evaluate/shared/kid.ts';
import type { Matrix } from '../containers/trainer/evaluate/shared/matrix.ts';
import { neighbourhood } from '../containers/trainer/evaluate/shared/neighbours.ts';
import { settlePrior } from '../containers/trainer/learn/settle-prior.ts';
import { type Benchmark, higherIsBetter, lowerIsBetter, type Row } from './benchmark.ts';
import { eventLoopTurn, fitDigits, say } from './fit-digits.ts';
import { netOfDigits } from './judged-digits.ts';
import { DIGIT, DIGIT_CLASSES, readDigits } from './mnist.ts';

const EPOCHS = Number(process.env.GOLDPAN_EPOCHS ?? 6);
const SEEDS = (process.env.GOLDPAN_SEEDS ?? '1,2,3').split(',').map(Number);
const TRAINED = Number(process.env.GOLDPAN_ITEMS ?? 58_000);
const HELD_OUT = 2_000;
/** FID and KID of the flow, as shares of those of the mixture, at most. */
const MOST_SHARE = 0.75;
const LEAST_ACCURACY = 0.96;
/** What chance does to recall and coverage of 10,000 draws. */
const NO_LOWER = 0.99;

type Drawn = {
  readonly nats: number;
  readonly processorMinutes: number;
  readonly fid: number;
  readonly kid: number;
  readonly recall: number;
  readonly coverage: number;
  readonly precision: number;
  readonly askedDigit: number;
};

export const vaeDraws: Benchmark = {
  sentence: `what a VAE draws of MNIST through a flow, beside a mixture, after GOLDPAN_EPOCHS (${EPOCHS}) epochs of GOLDPAN_ITEMS (${TRAINED}) digits, for each of GOLDPAN_SEEDS`,
  async run() {
    const net = await netOfDigits();
    const pairs: Record<'flow' | 'mixture', Drawn>[] = [];
    for (const seed of SEEDS) {
      const mixture = await fitAndDraw(trainOf(seed, 'mixture'), net);
      const flow = await fitAndDraw(trainOf(seed, 'flow'), net);
      pairs.push({ mixture, flow });
    }
    net.dispose();
    return { versions: { tfjs: tf.version['tfjs-node'] }, rows: rowsOf(pairs) };
  },
};

function trainOf(seed: number, prior: 'flow' | 'mixture'): ResolvedTrain {
  const config = TrainConfig.parse({ epochs: EPOCHS, patience: EPOCHS, seed, prior });
  return resolveTrain(config, { items: TRAINED, classes: DIGIT_CLASSES, image: DIGIT });
}

async function fitAndDraw(train: ResolvedTrain, net: FeatureNet): Promise<Drawn> {
  const data = { train: readDigits('train', 0, TRAINED), validation: readDigits('train', TRAINED, TRAINED + HELD_OUT) };
  const test = readDigits('t10k');
  const { learner, progress, processorMinutes } = await fitDigits({ train, data });
  await settlePrior({ learner, data, asked: train.prior, yieldToEventLoop: eventLoopTurn });
  const { negativeElbo = Number.NaN, mixtureElbo = negativeElbo } = await learner.score(test, eventLoopTurn);
  const bytes = learner.generate({ count: test.items, stream: 'draws', labels: test.labels });
  learner.dispose();
  const pixels = { items: test.items, size: test.size, bytes };
  const classes = net.classify(pixels);
  const drawn = {
    ...figuresOf(net.features(test), net.features(pixels)),
    askedDigit: classes.filter((digit, i) => digit === test.labels[i]).length / test.items,
    nats: mixtureElbo,
    processorMinutes,
  };
  say(`seed ${train.seed}, ${train.prior satisfies Prior}, epoch ${progress.best?.epoch}: ${JSON.stringify(drawn)}`);
  return drawn;
}

function figuresOf(real: Matrix, drawn: Matrix) {
  const { precision, recall, coverage } = neighbourhood(real, drawn);
  return { fid: fid(drawn, real), kid: kid(drawn, real), precision, recall, coverage };
}

function rowsOf(pairs: readonly Record<'flow' | 'mixture', Drawn>[]): Row[] {
  const mean = (prior: 'flow' | 'mixture', name: keyof Drawn) =>
    pairs.reduce((sum, pair) => sum + pair[prior][name], 0) / pairs.length;
  const row = (name: keyof Drawn, metric: string, unit: string, goal: number) => ({
    ...{ metric: `${metric}, ${TRAINED} digits, ${EPOCHS} epochs, ${pairs.length} seeds`, unit, goal },
    ...{ ours: mean('flow', name), peer: mean('mixture', name), peerName: 'a mixture fitted to the codes' },
  });
  return [
    lowerIsBetter(row('fid', 'FID of 10,000 draws', '', 1 / MOST_SHARE)),
    lowerIsBetter(row('kid', 'KID of 10,000 draws', '', 1 / MOST_SHARE)),
    higherIsBetter(row('recall', 'recall', '', NO_LOWER)),
    higherIsBetter(row('coverage', 'coverage', '', NO_LOWER)),
    higherIsBetter(row('precision', 'precision', '', 0)),
    higherIsBetter({ ...row('askedDigit', 'asked digit drawn', '', 1), peer: LEAST_ACCURACY, peerName: 'limit' }),
    higherIsBetter(row('askedDigit', 'asked digit drawn', '', 0)),
    lowerIsBetter(row('nats', 'test negative ELBO under the prior of the draws', 'nats', 1)),
    lowerIsBetter(row('processorMinutes', 'processor time of the training', 'minutes', 0)),
  ];
}
