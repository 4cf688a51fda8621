// The engine process's work on pairs: train, compare answers with held-out texts, export.
import { join } from 'node:path';
import { type TextCodec, textCoder } from '#core/kinds/text/codec/text-codec.ts';
import type { TestMetrics } from '#core/model/messages/run.ts';
import { resolveTextTrain } from '#core/model/text/resolve-text-train.ts';
import type { Items } from '../data/batches.ts';
import { readCodedItems } from '../data/coded-files.ts';
import { lengthGroups } from '../data/text/length-groups.ts';
import { decodePairs, readTextCodec } from '../data/text/show-texts.ts';
import { judgePairs } from '../evaluate/pairs/judge-pairs.ts';
import { measureImportance } from '../evaluate/shared/importance-bound.ts';
import { meanSymbols, symbolsOfCodes } from '../evaluate/text/text-bits.ts';
import { exportModel } from '../export/export-model.ts';
import { firstItems } from '../models/in-batches.ts';
import { ANSWERED_ROWS, pairVae } from '../models/text/pair-vae.ts';
import { openPairVae } from '../models/text/pair-vae-learner.ts';
import { symbolShares } from '../models/text/symbol-shares.ts';
import { refuseOtherFamilies } from '../models/text/text-families.ts';
import { type EngineResult, EXPORT_STEP, type TextTask } from '../state/protocol.ts';
import { type Channel, type Host, refuseEmulation } from './channel.ts';
import { scoringSteps } from './scoring-steps.ts';
import { batchPlanOf, rateScaleOf, trainLearner } from './train-learner.ts';

/** Test pairs of the importance-weighted bound, which takes 100 passes over them. */
const IMPORTANCE_PAIRS = 500;

/** Throws Stopped after a checkpoint when a stop was asked for, and a GoldpanError on failures of the domain. */
export async function runPairTask(
  task: TextTask,
  sourceCodec: TextCodec,
  channel: Channel,
  host: Host,
): Promise<EngineResult> {
  const { folder } = task;
  const { yieldToEventLoop } = channel;
  const codec = readTextCodec(folder);
  const facts = { classes: task.classes, items: task.items.train, isPairs: true, positions: codec.positions };
  const train = resolveTextTrain(task.train, facts);
  refuseOtherFamilies(train.model);
  refuseEmulation(train.precision, host);
  const [text, source] = [textCoder(codec), textCoder(sourceCodec)];
  const coded = readCodedItems(folder, text.positions + source.positions, task.classes);
  const { sizes, items } = lengthGroups(coded.train, [text.positions, source.positions]);
  const data = { ...coded, train: items };
  const plan = batchPlanOf(task, train, data.train.items, host);
  const { vocabulary, logShares } = symbolShares(codec, data.train);
  const shown = firstItems(data.validation.items > 0 ? data.validation : data.train, ANSWERED_ROWS);
  const rateScale = rateScaleOf(task);
  const learner = openPairVae({ ...plan, train, codec, sizes, vocabulary, logShares, source, shown, rateScale });
  const { best, ...ended } = await trainLearner({ task, channel, host, learner, train, data, plan, classes: 0 });
  const next = scoringSteps(channel, ['test pairs', 'answers', EXPORT_STEP]);
  next();
  const {
    activeUnits = 0,
    latents: _all,
    mutualInformation: _told,
    ...own
  } = await learner.latentUse(data.test, yieldToEventLoop);
  const { klLoss = 0 } = own;
  const tested = firstItems(data.test, IMPORTANCE_PAIRS);
  const bound = await measureImportance(learner, tested, yieldToEventLoop);
  const { latentDim, freeBits } = train;
  const symbolsPerText = meanSymbols(tested, symbolsOfCodes(codec));
  next();
  const pairs =
    bound &&
    (await judgePairs({
      ...{ data, yieldToEventLoop },
      decode: (codes) => decodePairs(codec, sourceCodec, codes),
      answer: async (rows: Items, beam: number) => {
        const found = await learner.answer(rows, beam, yieldToEventLoop);
        return found.map(([likeliest]) => text.decode(likeliest?.codes ?? []));
      },
      bound: { k: bound.k, pairs: bound.items, nats: bound.nats, symbolsPerText },
      latent: { kl: klLoss, free: freeBits * latentDim, activeUnits, latentDim },
    }));
  const samples = learner.samples();
  learner.dispose();
  await yieldToEventLoop();
  next();
  const modelFolder = join(folder, 'model');
  const { batchSize } = plan;
  const whole = { vocabulary, positions: text.positions, latentDim, source, batchSize, freeBits };
  const { files } = await exportModel({ exports: pairVae(whole).exports, state: best, folder: modelFolder });
  const metrics: TestMetrics = {
    items: data.test.items,
    selection: learner.selection,
    figures: { ...own, ...Object.fromEntries(pairs?.figures.map(({ name, model }) => [name, model]) ?? []) },
    ...(bound && { importance: bound }),
    ...(pairs && { pairs }),
  };
  return { ...ended, ...{ metrics, samples, modelFolder, files, latent: null } };
}
