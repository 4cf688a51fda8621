// The engine process's work on images: train, score the test split once, export. It talks to its parent through a channel.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import { SPLITS, type Split } from '#core/kinds/split.ts';
import { LATENTS_FILE, type LatentMixture } from '#core/model/latent-mixture.ts';
import type { TestMetrics } from '#core/model/messages/run.ts';
import type { MetricValues } from '#core/model/metrics.ts';
import { classesRead, type ResolvedTrain, resolveTrain } from '#core/model/resolve-train.ts';
import { type Items, planBatches } from '../data/batches.ts';
import { openImagenetJudge } from '../evaluate/image/imagenet-judge.ts';
import { flatMetrics, type Judges, openJudges } from '../evaluate/image/judge.ts';
import { judgePhotos } from '../evaluate/image/judge-photos.ts';
import { featureNetOf } from '../evaluate/image/obtain-feature-net.ts';
import { entropyFloor } from '../evaluate/shared/entropy-bound.ts';
import { exportModel } from '../export/export-model.ts';
import { hasPretrainedFiles } from '../features/pretrained-file.ts';
import { sharesOf } from '../models/latent/describe.ts';
import { familyOf } from '../models/registry.ts';
import { decodeState, encodeState, START } from '../state/checkpoint.ts';
import type { EngineResult, Environment, FromEngine, ImageTask } from '../state/protocol.ts';
import { startFrom } from '../state/warm-start.ts';
import { endOf, type FitHooks, fitModel } from './fit.ts';
import type { Learner } from './learner.ts';
import { settlePrior } from './settle-prior.ts';

/** Factor on the learning rates after a divergence. */
const RETRY_RATE = 0.5;
const PLACE_EVERY_MS = 1_000;

export type Channel = {
  send(message: FromEngine): void;
  /** Lets the parent be heard. Throws Stopped when it asked for a stop. */
  yieldToEventLoop(): Promise<void>;
  /** Resolves when the parent has answered the last checkpoint, at once when there is none on its way. */
  stored(): Promise<void>;
};

export type Host = {
  readonly environment: Omit<Environment, 'towers' | 'precision'>;
  readonly hasBfloat16: boolean;
  readonly cores: number;
  now(): number;
  memoryMiB(): number;
};

/** Throws Stopped after a checkpoint when a stop was asked for, and a GoldpanError on failures of the domain. */
export async function runImageTask(task: ImageTask, channel: Channel, host: Host): Promise<EngineResult> {
  const { image, resume } = task;
  const train = resolveTrain(task.train, {
    items: task.items.train,
    classes: task.classes,
    image,
    hasFeatures: hasPretrainedFiles(),
  });
  refuseEmulation(train.precision, host);
  refuseMissingFeatures(train);
  const data = readItems(task);
  const { device } = host.environment;
  const towers = resume?.environment.towers;
  const plan = planBatches({ ...train, items: task.items.train, cores: host.cores, device, towers });
  const classes = classesRead(train, task.classes);
  const model = { ...image, latentDim: train.latentDim, batchSize: plan.batchSize, classes };
  const { towers: slices, stepsPerEpoch } = plan;
  const family = familyOf(train.model, train.preset);
  const learner = family.openLearner({
    train,
    model,
    towers: slices,
    stepsPerEpoch,
    rateScale: task.retry ? RETRY_RATE : 1,
    ...(classes > 0 && { classShares: sharesOf(data.train.labels, classes) }),
  });
  const saved = resume && decodeState(readFileSync(resume.stateFile));
  if (saved) learner.load(saved.state);
  else if (task.parentFile) channel.send({ type: 'parent', ...startFrom(learner, readFileSync(task.parentFile)) });
  channel.send({
    type: 'ready',
    environment: { ...host.environment, towers: slices, precision: train.precision },
    stepsPerEpoch,
  });

  const hooks = hooksOf(task, channel, host);
  const progress = { ...(resume?.progress ?? START), retry: task.retry };
  const net = featureNetOf({ task, data, towers: slices, channel });
  const judges = openJudges({ data, size: image, latentDim: train.latentDim, classes, net: net.open });
  const judge = judges.byEpoch;
  const fit = { learner, train, data, classes, judge, progress, best: saved?.best, hooks };
  const { best, ...fitted } = await fitModel(fit);
  await channel.stored();

  channel.send({ type: 'scoring' });
  learner.use(best, fitted.progress.best?.step ?? fitted.progress.step);
  const asked = task.train.prior;
  const settled = await settlePrior({ learner, data, judges, asked, yieldToEventLoop: channel.yieldToEventLoop });
  const scored = await scoreTest(learner, data.test, judges, channel.yieldToEventLoop);
  const photos = train.preset === 'photo' ? await judgedPhotos(learner, { data, image, classes, channel }) : undefined;
  const metrics = photos ? { ...scored, photos } : scored;
  const samples = learner.samples();
  net.dispose();
  learner.dispose();
  await channel.yieldToEventLoop();
  const modelFolder = join(task.folder, 'model');
  // A model that draws from something else than its flow is exported without it.
  const served = settled ? { ...train, prior: settled.prior } : train;
  const servedConfig = { ...model, classes: classesRead(served, task.classes) };
  const { exports, frozen = new Map() } = family.model(servedConfig, served);
  const { files } = await exportModel({ exports, state: new Map([...best, ...frozen]), folder: modelFolder });
  return {
    progress: fitted.progress,
    endedBy: endOf(fitted.progress, train) ?? 'epochs',
    metrics,
    samples,
    modelFolder,
    files: settled?.mixture ? [...files, writeLatents(modelFolder, settled.mixture)] : files,
    latent: settled?.facts ?? null,
  };
}

function writeLatents(folder: string, mixture: LatentMixture): string {
  writeFileSync(join(folder, LATENTS_FILE), JSON.stringify(mixture));
  return LATENTS_FILE;
}

export function hooksOf(task: Pick<ImageTask, 'folder'>, channel: Channel, host: Host): FitHooks {
  let toldAt = host.now();
  return {
    yieldToEventLoop: () => channel.yieldToEventLoop(),
    now: () => host.now(),
    memoryMiB: () => host.memoryMiB(),
    stepDone({ epochs, step }) {
      if (host.now() - toldAt < PLACE_EVERY_MS) return;
      toldAt = host.now();
      channel.send({ type: 'position', epoch: epochs.length, step });
    },
    preview: (samples) => channel.send({ type: 'preview', samples }),
    async checkpoint({ progress, state, best, samples }) {
      await channel.stored();
      const stateFile = join(task.folder, `state-${progress.step}.safetensors`);
      writeFileSync(stateFile, encodeState({ state, best }));
      channel.send({ type: 'checkpoint', stateFile, progress, samples: samples ?? null });
    },
  };
}

async function scoreTest(
  learner: Learner,
  test: Items,
  judges: Judges,
  yieldToEventLoop: () => Promise<void>,
): Promise<TestMetrics> {
  const own = await learner.score(test, yieldToEventLoop);
  const images = await judges.inFull(learner, yieldToEventLoop);
  const importance = await judges.importance(learner, yieldToEventLoop);
  // The floor is that of a Bernoulli likelihood, as the excess over it is.
  const floor: MetricValues = own.excess === undefined ? {} : { floor: entropyFloor(test) };
  const figures = { ...own, ...floor, ...flatMetrics(images) };
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

function readItems({ folder, image, items, classes }: ImageTask): Record<Split, Items> {
  const size = image.width * image.height * image.channels;
  const read = (split: Split): Items => ({
    items: items[split],
    size,
    bytes: readFileSync(join(folder, `${split}.pixels`)),
    labels: new Int32Array(new Uint8Array(readFileSync(join(folder, `${split}.labels`))).buffer),
    classes,
  });
  return Object.fromEntries(SPLITS.map((split) => [split, read(split)])) as Record<Split, Items>;
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

/** Throws where bfloat16 would have to be emulated. */
export function refuseEmulation(
  precision: Environment['precision'],
  { environment, hasBfloat16 }: Pick<Host, 'environment' | 'hasBfloat16'>,
): void {
  if (precision === 'float32' || environment.device === 'gpu' || hasBfloat16) return;
  throw new GoldpanError(
    FAILURE.noConfiguration,
    `train.precision is bfloat16, which this processor (${environment.cpu}) lacks: it needs avx512_bf16 or amx_bf16. Train with float32`,
  );
}
