// Measures the residual VAE on MNIST within a budget of CPU time, for one or more seeds, and with GOLDPAN_PEER=torch the same recipe in
// PyTorch. The epoch is chosen on digits held back from the train split; the test digits are scored once, at the end.
import { availableParallelism } from 'node:os';
import { TrainConfig } from '#core/kinds/train-config.ts';
import { classesRead, type ResolvedTrain, resolveTrain } from '#core/model/resolve-train.ts';
import { tf } from '../containers/trainer/engine/tensorflow.ts';
import { entropyBound } from '../containers/trainer/evaluate/shared/entropy-bound.ts';
import { measureImportance } from '../containers/trainer/evaluate/shared/importance-bound.ts';
import { firstItems } from '../containers/trainer/models/in-batches.ts';
import { vae } from '../containers/trainer/models/vae/vae.ts';
import { type Benchmark, higherIsBetter, lowerIsBetter, type Row } from './benchmark.ts';
import { startCpuClock } from './cpu-clock.ts';
import { eventLoopTurn, fitDigits, say } from './fit-digits.ts';
import { DIGIT, DIGIT_CLASSES, readDigits } from './mnist.ts';
import { type FlowPeer, fitFlowWithTorch } from './peer/torch-flow.ts';

/** 20 minutes on two cores. */
const PROCESSOR_MINUTES = Number(process.env.GOLDPAN_PROCESSOR_MINUTES ?? 40);
const SEEDS = (process.env.GOLDPAN_SEEDS ?? '1').split(',').map(Number);
const HAS_PEER = process.env.GOLDPAN_PEER === 'torch';
const TRAINED = 58_000;
const LATENTS = 32;
/** Test digits of the importance-weighted bound, which takes 100 passes over them. */
const IMPORTANCE_DIGITS = 500;
/** What is to be reached in 10 and in 40 minutes, and how many times as many images a CPU second as PyTorch's are to be trained on. */
const LIMIT_NATS = PROCESSOR_MINUTES < 40 ? 90.5 : 88.5;
const LEAST_SPEED = 2;

const settingsOf = (seed: number): ResolvedTrain =>
  resolveTrain(
    TrainConfig.parse({
      preset: 'residual',
      latentDim: LATENTS,
      prior: process.env.GOLDPAN_PRIOR ?? 'auto',
      augment: process.env.GOLDPAN_AUGMENT === 'true' ? true : 'auto',
      epochs: 10_000,
      patience: 10_000,
      seed,
      budgetMinutes: PROCESSOR_MINUTES / availableParallelism(),
    }),
    { items: TRAINED, classes: DIGIT_CLASSES, image: DIGIT },
  );

type Scored = {
  readonly nats: number;
  /** Of as many training digits as there are test digits. */
  readonly trained: number;
  /** Of the first test digits, k = 100. */
  readonly importance: number;
  readonly activeUnits: number;
  readonly epochs: number;
  readonly processorMinutes: number;
};

export const elboResidual: Benchmark = {
  sentence: `the test ELBO of the residual VAE on MNIST after GOLDPAN_PROCESSOR_MINUTES (${PROCESSOR_MINUTES}) of CPU time, for GOLDPAN_SEEDS (${SEEDS}), with GOLDPAN_PRIOR (${settingsOf(1).prior}) and GOLDPAN_AUGMENT=true, beside PyTorch with GOLDPAN_PEER=torch; GOLDPAN_PIECE_MINUTES trains in pieces`,
  async run() {
    const peer = HAS_PEER ? fitPeer(settingsOf(SEEDS[0] as number)) : undefined;
    const scored: Scored[] = [];
    for (const seed of SEEDS) scored.push(await fitAndScore(settingsOf(seed)));
    const floor = entropyBound(readDigits('t10k'));
    return {
      versions: { tfjs: tf.version['tfjs-node'], ...(peer && { torch: peer.version }) },
      rows: [...rowsOf(scored, floor), ...(peer ? peerRows(scored[0] as Scored, peer) : [])],
    };
  },
};

async function fitAndScore(train: ResolvedTrain): Promise<Scored> {
  const data = { train: readDigits('train', 0, TRAINED), validation: readDigits('train', TRAINED) };
  const test = readDigits('t10k');
  const fitted = await fitDigits({ train, data });
  const { learner, progress } = fitted;
  const tuningMinutes = startCpuClock();
  // As the trainer does before it compares priors.
  const tuning = await learner.tuneFlow?.(data, eventLoopTurn);
  const processorMinutes = fitted.processorMinutes + tuningMinutes();
  const { negativeElbo = Number.NaN, activeUnits = 0, klLoss = 0 } = await learner.score(test, eventLoopTurn);
  const { negativeElbo: trained = Number.NaN } = await learner.score(firstItems(data.train, test.items), eventLoopTurn);
  const importance = await measureImportance(learner, firstItems(test, IMPORTANCE_DIGITS), eventLoopTurn);
  learner.dispose();
  say(
    `seed ${train.seed}: tuning ${JSON.stringify(tuning)}, ${negativeElbo.toFixed(2)} nats, training digits ${trained.toFixed(2)}, epoch ${progress.best?.epoch} of ${progress.epochs.length}, KL ${klLoss.toFixed(1)}`,
  );
  const epochs = progress.epochs.length;
  return {
    ...{ nats: negativeElbo, trained, importance: importance?.nats ?? Number.NaN },
    ...{ activeUnits, epochs, processorMinutes },
  };
}

function fitPeer(train: ResolvedTrain): FlowPeer {
  const { latentDim, batchSize, learningRate, seed } = train;
  const classes = classesRead(train, DIGIT_CLASSES);
  const initial = vae({ ...DIGIT, latentDim, classes, batchSize }, train).initialState(seed);
  const threads = availableParallelism();
  return fitFlowWithTorch({
    ...{ initial, items: TRAINED, minutes: PROCESSOR_MINUTES, batchSize, learningRate, seed, threads },
  });
}

function rowsOf(scored: readonly Scored[], floor: number): Row[] {
  const mean = (name: keyof Scored) => scored.reduce((sum, each) => sum + each[name], 0) / scored.length;
  const seeds = scored.map(({ nats }) => nats.toFixed(2)).join(', ');
  const metric = `test negative ELBO, MNIST, prior ${settingsOf(1).prior}, ${mean('processorMinutes').toFixed(0)} CPU minutes, ${mean('epochs').toFixed(0)} epochs, mean of seeds (${seeds})`;
  const nats = (peer: number, peerName: string, goal: number): Row =>
    lowerIsBetter({ metric, unit: 'nats', ours: mean('nats'), peer, peerName, goal });
  return [
    nats(LIMIT_NATS, 'limit', 1),
    nats(floor, "the pixels' own entropy", 0),
    nats(mean('trained'), `the first ${readDigits('t10k').items} training digits`, 0),
    lowerIsBetter({
      metric: `importance-weighted bound, k = 100, ${IMPORTANCE_DIGITS} test digits`,
      ...{ unit: 'nats', ours: mean('importance'), peer: mean('nats'), goal: 0 },
      peerName: 'negative ELBO of all test digits',
    }),
    higherIsBetter({
      metric: 'latent dimensions in use',
      ...{ unit: 'dimensions', ours: mean('activeUnits'), peer: LATENTS, peerName: 'all there are', goal: 0 },
    }),
  ];
}

function peerRows(ours: Scored, peer: FlowPeer): Row[] {
  const peerName = 'the same recipe in PyTorch, from the same first weights';
  const speed = ({ epochs, processorMinutes }: Pick<Scored, 'epochs' | 'processorMinutes'>) =>
    (epochs * TRAINED) / (processorMinutes * 60);
  return [
    lowerIsBetter({
      metric: `test negative ELBO, seed ${SEEDS[0]}, ${PROCESSOR_MINUTES} CPU minutes each`,
      ...{ unit: 'nats', ours: ours.nats, peer: peer.nats, peerName, goal: 1 },
    }),
    higherIsBetter({
      metric: 'epochs of training and scoring, as images a CPU second',
      ...{ unit: 'images/s', ours: speed(ours), peer: speed(peer), peerName, goal: LEAST_SPEED },
    }),
  ];
}
