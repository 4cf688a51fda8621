// The network of texts without z: a language model of the same size, trained in the same way.
import type { Tensor } from '@tensorflow/tfjs-node';
import { textCoder } from '#core/kinds/text/codec/text-codec.ts';
import { resolveTextTrain } from '#core/model/text/resolve-text-train.ts';
import { planTrainingBatches } from '../../containers/trainer/data/batches.ts';
import { readCodedItems } from '../../containers/trainer/data/coded-files.ts';
import { lengthGroups } from '../../containers/trainer/data/text/length-groups.ts';
import { readTextCodec } from '../../containers/trainer/data/text/show-texts.ts';
import { tf } from '../../containers/trainer/engine/tensorflow.ts';
import type { FeedSpec, Params, Program, TraceContext } from '../../containers/trainer/engine/types.ts';
import { meanSymbols, symbolsOfCodes } from '../../containers/trainer/evaluate/text/text-bits.ts';
import type { Channel, Host } from '../../containers/trainer/learn/channel.ts';
import { trainLearner } from '../../containers/trainer/learn/train-learner.ts';
import { firstItems } from '../../containers/trainer/models/in-batches.ts';
import { convTextNetwork } from '../../containers/trainer/models/text/conv-text-network.ts';
import { symbolShares } from '../../containers/trainer/models/text/symbol-shares.ts';
import { beforeEach, lossOfTexts, readCodes } from '../../containers/trainer/models/text/text-codes.ts';
import { textNetwork } from '../../containers/trainer/models/text/text-network.ts';
import { openTextSession } from '../../containers/trainer/models/text/text-session.ts';
import type { EngineResult, TextTask } from '../../containers/trainer/state/protocol.ts';

const DROPOUT = 0.2;
const TESTED_TEXTS = 1_000;

/** Trains it and returns the bits of held-out texts as `figures.bits`; nothing else is measured. */
export async function runWithoutLatent(task: TextTask, channel: Channel, host: Host): Promise<EngineResult> {
  const codec = readTextCodec(task.folder);
  const { vocabulary, positions } = textCoder(codec);
  const facts = { classes: 0, items: task.items.train, isPairs: false, positions };
  const train = { ...resolveTextTrain(task.train, facts), latentDim: 1 };
  const coded = readCodedItems(task.folder, positions, 0);
  const { sizes, items } = lengthGroups(coded.train, [positions]);
  const data = { ...coded, train: items };
  const plan = planTrainingBatches({ ...train, items: data.train.items, cores: 1, device: 'cpu', towers: 1 });
  const { batchSize, towers, stepsPerEpoch } = plan;
  const { logShares } = symbolShares(codec, data.train);
  const open = { recurrent: textNetwork, convolutional: convTextNetwork }[train.preset];
  const networkOf = (length: number) => open({ vocabulary, positions: length, latentDim: 1, classes: 0 });
  const network = networkOf(positions);
  const floats = (...shape: number[]): FeedSpec => ({ shape, dtype: 'float32' });
  /** Nats of each text, [batch], of codes [batch, length]. */
  const lossOf = (params: Params, x: Tensor, context: TraceContext) => {
    const length = x.shape[1] as number;
    const own = networkOf(length);
    const { symbols, mask } = readCodes(x, vocabulary);
    const states = own.states(params, beforeEach(symbols, length), tf.fill([batchSize, 1], 0));
    const logits = own.logits(params, context.dropout(states, DROPOUT, 'decoder/states'));
    return lossOfTexts(logits, symbols, mask);
  };
  const programsOf = (length: number): Record<'train' | 'evaluate', Program> => ({
    train: {
      feed: { x: floats(batchSize, length), beta: floats() },
      batched: ['x'],
      updates: ['decoder'],
      step(params, feed, context) {
        const loss = tf.mean(lossOf(params, feed.x as Tensor, context));
        return { loss, outputs: { reconstructionLoss: loss, klLoss: tf.mul(context.scalar('beta'), 0) } };
      },
    },
    evaluate: {
      feed: { x: floats(batchSize, length), weight: floats(batchSize) },
      batched: ['x', 'weight'],
      updates: [],
      averaged: true,
      step(params, feed, context) {
        const loss = lossOf(params, feed.x as Tensor, context);
        const none = tf.mul(loss, 0);
        const code = tf.reshape(none, [batchSize, 1]);
        const outputs = { reconstructionLoss: tf.mul(loss, feed.weight as Tensor), klLoss: none };
        return { outputs: { ...outputs, logWeight: tf.neg(loss), zMean: code, zLogVar: code, code } };
      },
    },
  });
  const lengths = sizes.map((size) => ({ size, programs: programsOf(size[0] as number) }));
  const state = new Map(
    [...network.initialState(train.seed, logShares)].filter(([name]) => name.startsWith('decoder/')),
  );
  const symbolsOfCode = symbolsOfCodes(codec);
  const { session, learner: shared } = openTextSession({
    ...{
      train,
      state,
      programs: {},
      sides: [positions],
      lengths,
      batchSize,
      towers,
      stepsPerEpoch,
      rateScale: 1,
      classes: 0,
      symbolsOfCode,
    },
  });
  const nothing = () => new Uint8Array(0);
  const learner = {
    ...shared,
    get step() {
      return session.step;
    },
    ...{ isConditional: false, generate: nothing, samples: nothing },
  };
  const trained = await trainLearner({ task, channel, host, learner, train, data, plan, classes: 0 });
  const tested = firstItems(data.test, TESTED_TEXTS);
  const nats = learner.logWeights(tested, 0).reduce((sum, log) => sum - log, 0) / tested.items;
  learner.dispose();
  const bits = nats / Math.LN2 / meanSymbols(tested, symbolsOfCode);
  const metrics = { items: tested.items, selection: learner.selection, figures: { bits } };
  return { ...trained, metrics, samples: nothing(), modelFolder: task.folder, files: [], latent: null };
}
