// The engine process's work on texts: train, compare drawn texts with held-out ones, export.
import { join } from 'node:path';
import { FIRST_SYMBOL } from '#core/kinds/text/codec/text-codec.ts';
import type { TestMetrics } from '#core/model/messages/run.ts';
import { resolveTextTrain } from '#core/model/text/resolve-text-train.ts';
import { usualTemperature } from '#core/model/text/usual-temperature.ts';
import { readCodedItems } from '../data/coded-files.ts';
import { lengthGroups } from '../data/text/length-groups.ts';
import { readSourceCodec, readTextCodec } from '../data/text/show-texts.ts';
import { measureImportance } from '../evaluate/shared/importance-bound.ts';
import { judgeTexts } from '../evaluate/text/judge.ts';
import { someTexts } from '../evaluate/text/some-texts.ts';
import { tuneFigures } from '../evaluate/text/tunes.ts';
import { unmerged, unmergedSplits } from '../evaluate/text/unmerged.ts';
import { sharesOf } from '../models/latent/describe-latents.ts';
import { symbolShares } from '../models/text/symbol-shares.ts';
import { textFamilyOf } from '../models/text/text-families.ts';
import { type EngineResult, EXPORT_STEP, type TextTask } from '../state/protocol.ts';
import { type Channel, type Host, refuseEmulation } from './channel.ts';
import { runPairTask } from './pair-task.ts';
import { scoringSteps } from './scoring-steps.ts';
import { settlePrior, writeLatents } from './settle-prior.ts';
import { batchPlanOf, rateScaleOf, trainLearner } from './train-learner.ts';

/** Test texts of the importance-weighted bound, which takes 100 passes over them, and their symbols; at least a few texts. */
const IMPORTANCE_TEXTS = 1_000;
const IMPORTANCE_SYMBOLS = 32_000;
const FEWEST_IMPORTANCE_TEXTS = 32;

/** Throws Stopped after a checkpoint when a stop was asked for, and a GoldpanError on failures of the domain. */
export async function runTextTask(task: TextTask, channel: Channel, host: Host): Promise<EngineResult> {
  const { folder } = task;
  const { yieldToEventLoop } = channel;
  const sourceCodec = readSourceCodec(folder);
  if (sourceCodec) return runPairTask(task, sourceCodec, channel, host);
  const codec = readTextCodec(folder);
  const { positions } = codec;
  const facts = { classes: task.classes, items: task.items.train, isPairs: false, positions };
  const train = resolveTextTrain(task.train, facts);
  const family = textFamilyOf(train.model);
  refuseEmulation(train.precision, host);
  const coded = readCodedItems(folder, positions, task.classes);
  const { sizes, items } = lengthGroups(coded.train, [positions]);
  const data = { ...coded, train: items };
  const plan = batchPlanOf(task, train, data.train.items, host);
  const { vocabulary, logShares } = symbolShares(codec, data.train);
  const classes = train.conditional ? task.classes : 0;
  const classShares = classes > 0 ? sharesOf(data.train.labels, classes) : [];
  const rateScale = rateScaleOf(task);
  const learner = family.openLearner({
    ...{ ...plan, train, codec, sizes, vocabulary, logShares, classes, classShares, rateScale },
    temperature: usualTemperature(task.text.notation),
  });
  const { best, ...ended } = await trainLearner({ task, channel, host, learner, train, data, plan, classes });
  const next = scoringSteps(channel, ['prior', 'test texts', 'drawn texts', EXPORT_STEP]);
  next();
  const settled = await settlePrior({ learner, data, asked: train.prior, yieldToEventLoop });
  next();
  const own = await learner.score(data.test, yieldToEventLoop);
  const { klLoss = 0, activeUnits = 0, mutualInformation } = own;
  const bound = await measureImportance(learner, someTexts(data.test, importanceTexts(positions)), yieldToEventLoop);
  next();
  const { latentDim, freeBits } = train;
  const text =
    bound &&
    (await judgeTexts({
      ...{ data: unmergedSplits(codec, data), vocabulary: codec.symbols.length + FIRST_SYMBOL },
      ...{ yieldToEventLoop, isConditional: learner.isConditional },
      draw: (count, labels) =>
        unmerged(codec, learner.generate({ count, stream: 'test', ...(labels && { labels }) })).bytes,
      bound: { k: bound.k, texts: bound.items, nats: bound.nats },
      latent: {
        ...{ kl: klLoss, free: freeBits * latentDim, activeUnits, latentDim },
        ...(mutualInformation !== undefined && { mutualInformation }),
      },
      more: task.text.notation === 'abc' ? tuneFigures(codec) : undefined,
    }));
  const samples = learner.samples();
  learner.dispose();
  await yieldToEventLoop();
  next();
  const modelFolder = join(folder, 'model');
  const files = await family.exportFiles({ weights: best, codec, classes, train, folder: modelFolder });
  const metrics: TestMetrics = {
    items: data.test.items,
    selection: learner.selection,
    figures: { ...own, ...Object.fromEntries(text?.figures.map(({ name, model }) => [name, model]) ?? []) },
    ...(bound && { importance: bound }),
    ...(text && { text }),
  };
  return {
    ...ended,
    ...{ metrics, samples, modelFolder, latent: settled?.facts ?? null },
    files: settled?.mixture ? [...files, writeLatents(modelFolder, settled.mixture)] : files,
  };
}

/** `positions`: of the longest text, by which a pass is as long. */
function importanceTexts(positions: number): number {
  const most = Math.floor(IMPORTANCE_SYMBOLS / positions);
  return Math.min(IMPORTANCE_TEXTS, Math.max(FEWEST_IMPORTANCE_TEXTS, most));
}
