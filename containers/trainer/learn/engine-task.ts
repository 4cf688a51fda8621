// The engine process's work on images: train, score the test split once, export. It talks to its parent through a channel.
import { join } from 'node:path';
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import type { Split } from '#core/kinds/split.ts';
import type { TestMetrics } from '#core/model/messages/run.ts';
import type { MetricValues } from '#core/model/metrics.ts';
import { classesRead, type ResolvedTrain, resolveTrain } from '#core/model/resolve-train.ts';
import type { Items } from '../data/batches.ts';
import { openPictures } from '../data/shard-arrays.ts';
import { openImagenetJudge } from '../evaluate/image/imagenet-judge.ts';
import { flatMetrics, type Judges, openJudges } from '../evaluate/image/judge.ts';
import { judgePhotos } from '../evaluate/image/judge-photos.ts';
import { featureNetOf } from '../evaluate/image/obtain-feature-net.ts';
import { entropyBound } from '../evaluate/shared/entropy-bound.ts';
import { exportModel } from '../export/export-model.ts';
import { writeParentIndex } from '../export/parent-index.ts';
import { hasPretrainedFiles } from '../features/pretrained-file.ts';
import { sharesOf } from '../models/latent/describe-latents.ts';
import { familyOf } from '../models/registry.ts';
import { type EngineResult, EXPORT_STEP, type ImageTask } from '../state/protocol.ts';
import { type Channel, type Host, refuseEmulation } from './channel.ts';
import type { Learner } from './learner.ts';
import { scoringSteps } from './scoring-steps.ts';
import { settlePrior, writeLatents } from './settle-prior.ts';
import { batchPlanOf, rateScaleOf, trainLearner } from './train-learner.ts';

/** Throws Stopped after a checkpoint when a stop was asked for, and a GoldpanError on failures of the domain. */
export async function runImageTask(task: ImageTask, channel: Channel, host: Host): Promise<EngineResult> {
  const { width, height, channels } = task.image;
  const { data, close } = openPictures({ ...task, size: width * height * channels });
  try {
    return await trainOn(data, task, channel, host);
  } finally {
    close();
  }
}

async function trainOn(
  data: Readonly<Record<Split, Items>>,
  task: ImageTask,
  channel: Channel,
  host: Host,
): Promise<EngineResult> {
  const { image } = task;
  const train = resolveTrain(task.train, {
    items: task.items.train,
    classes: task.classes,
    image,
    hasFeatures: hasPretrainedFiles(),
  });
  refuseEmulation(train.precision, host);
  refuseMissingFeatures(train);
  const plan = batchPlanOf(task, train, task.items.train, host);
  const classes = classesRead(train, task.classes);
  const model = { ...image, latentDim: train.latentDim, batchSize: plan.batchSize, classes };
  const { towers: slices, stepsPerEpoch } = plan;
  const family = familyOf(train.model, train.preset);
  const learner = family.openLearner({
    train,
    model,
    towers: slices,
    stepsPerEpoch,
    rateScale: rateScaleOf(task),
    ...(classes > 0 && { classShares: sharesOf(data.train.labels, classes) }),
  });
  const net = featureNetOf({ task, size: image, data, towers: slices, channel });
  const judges = openJudges({ data, size: image, latentDim: train.latentDim, classes, net: net.open });
  const { best: _, ...ended } = await trainLearner({
    task,
    channel,
    host,
    learner,
    train,
    data,
    plan,
    classes,
    judge: judges.byEpoch,
  });
  const asked = task.train.prior;
  const isPhoto = train.preset === 'photo';
  const next = scoringSteps(channel, [
    'prior',
    'test images',
    'drawn images',
    ...(isPhoto ? ['nearest photos'] : []),
    EXPORT_STEP,
  ]);
  next();
  const settled = await settlePrior({ learner, data, judges, asked, yieldToEventLoop: channel.yieldToEventLoop });
  // A flow may have gone on alone since the best epoch.
  const weights = learner.weights();
  const scored = await scoreTest(learner, data.test, judges, { next, yieldToEventLoop: channel.yieldToEventLoop });
  if (isPhoto) next();
  const photos = isPhoto ? await judgedPhotos(learner, { data, image, classes, channel }) : undefined;
  const metrics = photos ? { ...scored, photos } : scored;
  const samples = learner.samples();
  net.dispose();
  learner.dispose();
  await channel.yieldToEventLoop();
  next();
  const modelFolder = join(task.folder, 'model');
  // A model that draws from something else than its flow is exported without it.
  const served = settled ? { ...train, prior: settled.prior } : train;
  const servedConfig = { ...model, classes: classesRead(served, task.classes) };
  const { exports, endpointExports, frozen = new Map() } = family.model(servedConfig, served);
  const state = new Map([...weights, ...frozen]);
  const { files } = await exportModel({
    exports,
    ...(endpointExports && { endpointExports }),
    state,
    folder: modelFolder,
  });
  const latents = settled?.mixture ? [writeLatents(modelFolder, settled.mixture)] : [];
  const parents = await writeParentIndex(modelFolder, data, image, channel.yieldToEventLoop);
  return {
    ...ended,
    metrics,
    samples,
    modelFolder,
    files: [...files, ...latents, ...(parents === undefined ? [] : [parents])],
    latent: settled?.facts ?? null,
  };
}

async function scoreTest(
  learner: Learner,
  test: Items,
  judges: Judges,
  { next, yieldToEventLoop }: { next(): void; yieldToEventLoop(): Promise<void> },
): Promise<TestMetrics> {
  next();
  const own = await learner.score(test, yieldToEventLoop);
  next();
  const images = await judges.inFull(learner, yieldToEventLoop);
  const importance = await judges.importance(learner, yieldToEventLoop);
  // The entropy bound holds for a Bernoulli likelihood only, as does the gap to it.
  const bound: MetricValues = own.excess === undefined ? {} : { floor: entropyBound(test) };
  const figures = { ...own, ...bound, ...flatMetrics(images) };
  return {
    items: test.items,
    selection: learner.selection,
    figures,
    ...(importance && { importance }),
    ...(images && { images }),
  };
}

type JudgedPhotos = {
  readonly data: Readonly<Record<Split, Items>>;
  readonly image: ImageTask['image'];
  readonly classes: number;
  readonly channel: Channel;
};

/** Hands out draws beside their nearest training photos. */
async function judgedPhotos(
  learner: Learner,
  { data, image, classes, channel }: JudgedPhotos,
): Promise<TestMetrics['photos']> {
  const judge = await openImagenetJudge();
  const judged = await judgePhotos(learner, {
    judge,
    data,
    size: image,
    classes,
    yieldToEventLoop: channel.yieldToEventLoop,
  });
  await judge.close();
  if (judged) channel.send({ type: 'nearest', pairs: judged.pairs });
  return judged?.metrics;
}

/** Throws where the preset needs what the configuration forbids or the installation lacks. */
function refuseMissingFeatures({ preset, features, prior }: ResolvedTrain): void {
  if (preset === 'photo' && prior === 'flow')
    throw new GoldpanError(
      FAILURE.noConfiguration,
      'train.preset photo has no flow as prior. Set train.prior to mixture or auto',
    );
  if (preset !== 'photo' || (features !== 'none' && hasPretrainedFiles())) return;
  const reason = features === 'none' ? 'train.features is none' : 'they are not installed: run npm run setup';
  throw new GoldpanError(
    FAILURE.noConfiguration,
    `train.preset photo needs pretrained features, but ${reason}. Set train.preset to residual or auto to train without them`,
  );
}
