// The engine process's work on clips: train on their log-mel pictures, compare drawn clips with held-out ones as sounds, export.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MelCodec } from '#core/kinds/audio/codec/mel-codec.ts';
import type { Split } from '#core/kinds/split.ts';
import type { TestMetrics } from '#core/model/messages/run.ts';
import { resolveAudioTrain } from '#core/model/resolve-audio-train.ts';
import type { ResolvedTrain } from '#core/model/resolve-train.ts';
import { classesRead } from '#core/model/resolve-train.ts';
import { writeDrawnClips } from '../data/audio/drawn-clips.ts';
import { MEL_CODEC_FILE, readClips } from '../data/audio/fetch-audio.ts';
import type { Items } from '../data/batches.ts';
import { openPictures } from '../data/shard-arrays.ts';
import { judgeAudio } from '../evaluate/audio/judge-audio.ts';
import { openJudges } from '../evaluate/image/judge.ts';
import { featureNetOf } from '../evaluate/image/obtain-feature-net.ts';
import { exportModel } from '../export/export-model.ts';
import { melFamilyOf } from '../models/audio/mel-families.ts';
import { sharesOf } from '../models/latent/describe-latents.ts';
import { type AudioTask, type EngineResult, EXPORT_STEP } from '../state/protocol.ts';
import { type Channel, type Host, refuseEmulation } from './channel.ts';
import type { Learner, LearnerOptions } from './learner.ts';
import { scoringSteps } from './scoring-steps.ts';
import { settleMagnitudes } from './settle-magnitudes.ts';
import { settlePrior, writeLatents } from './settle-prior.ts';
import { batchPlanOf, rateScaleOf, trainLearner } from './train-learner.ts';

const BASELINE = 'pca-mixture';

/** Throws Stopped after a checkpoint when a stop was asked for, and a GoldpanError on failures of the domain. */
export async function runAudioTask(task: AudioTask, channel: Channel, host: Host): Promise<EngineResult> {
  const { width, height } = task.audio;
  const { data, close } = openPictures({ ...task, size: width * height });
  try {
    return await trainOn(data, task, channel, host);
  } finally {
    close();
  }
}

async function trainOn(
  data: Readonly<Record<Split, Items>>,
  task: AudioTask,
  channel: Channel,
  host: Host,
): Promise<EngineResult> {
  const { audio, folder } = task;
  const { yieldToEventLoop } = channel;
  const train = resolveAudioTrain(task.train, { classes: task.classes });
  refuseEmulation(train.precision, host);
  const stored = MelCodec.parse(JSON.parse(readFileSync(join(folder, MEL_CODEC_FILE), 'utf8')));
  const size = { width: audio.width, height: audio.height, channels: audio.channels };
  const plan = batchPlanOf(task, train, task.items.train, host);
  const classes = classesRead(train, task.classes);
  const model = { ...size, latentDim: train.latentDim, batchSize: plan.batchSize, classes };
  const family = melFamilyOf(train.model);
  const options: LearnerOptions = {
    train,
    model,
    towers: plan.towers,
    stepsPerEpoch: plan.stepsPerEpoch,
    rateScale: rateScaleOf(task),
    ...(classes > 0 && { classShares: sharesOf(data.train.labels, classes) }),
  };
  const learner = family.openLearner(options, data.train);
  const net = featureNetOf({ task, size, data, towers: plan.towers, channel });
  const judges = openJudges({ data, size, latentDim: train.latentDim, classes, net: net.open });
  const judge = judges.byEpoch;
  const { best: _, ...ended } = await trainLearner({ task, channel, host, learner, train, data, plan, classes, judge });
  const next = scoringSteps(channel, ['prior', 'test clips', 'drawn clips', EXPORT_STEP]);
  next();
  const settled = await settlePrior({ learner, data, judges, asked: train.prior, yieldToEventLoop });
  // A flow may have gone on alone since the best epoch.
  const weights = learner.weights();
  next();
  const own = await learner.score(data.test, yieldToEventLoop);
  const settledCodec = await settleMagnitudes({ codec: stored, folder, seed: train.seed, yieldToEventLoop });
  next();
  const baseline = train.model === BASELINE ? null : await openBaseline(options, data, channel);
  const figures = await judgeAudio({
    ...{ learner, baseline, data, codec: settledCodec.codec, magnitudes: settledCodec.facts },
    ...{ clips: readClips(folder, 'test'), net: net.open, yieldToEventLoop },
  });
  writeDrawnClips(folder, learner, task.classes);
  const samples = learner.samples();
  net.dispose();
  baseline?.dispose();
  learner.dispose();
  await yieldToEventLoop();
  next();
  const modelFolder = join(folder, 'model');
  const { exports } = family.model(model, train);
  const { files } = await exportModel({ exports, state: weights, folder: modelFolder });
  const metrics: TestMetrics = {
    items: data.test.items,
    selection: learner.selection,
    figures: { ...own, ...Object.fromEntries((figures?.figures ?? []).map(({ name, model }) => [name, model])) },
    ...(figures && { audio: figures }),
  };
  return {
    ...ended,
    metrics,
    samples,
    modelFolder,
    files: settled?.mixture ? [...files, writeLatents(modelFolder, settled.mixture)] : files,
    latent: settled?.facts ?? null,
  };
}

/** Principal components and a mixture a class, which every other family must beat. */
async function openBaseline(
  options: LearnerOptions,
  data: Readonly<Record<Split, Items>>,
  { yieldToEventLoop }: Channel,
): Promise<Learner> {
  const train: ResolvedTrain = { ...options.train, model: BASELINE, prior: 'mixture', conditional: false };
  const model = { ...options.model, classes: 0 };
  const { classShares: _, ...rest } = options;
  const learner = melFamilyOf(BASELINE).openLearner({ ...rest, train, model }, data.train);
  await yieldToEventLoop();
  learner.drawFrom?.('mixture', learner.describeLatents?.(data).mixture ?? null);
  return learner;
}
