// Scores generated images against held-out ones: per epoch on the validation split, and once, in full, on the test split.
import { FAILURE, GoldpanError } from '#core/base/errors.ts';
import type { Split } from '#core/kinds/split.ts';
import type { Compared, ImageMetrics } from '#core/model/messages/image-metrics.ts';
import type { PriorMetrics } from '#core/model/messages/latent-facts.ts';
import type { TestMetrics } from '#core/model/messages/run.ts';
import type { MetricValues } from '#core/model/metrics.ts';
import { psnr } from '#core/similarity/fidelity/psnr.ts';
import { ssim } from '#core/similarity/fidelity/ssim.ts';
import type { Items, Pixels } from '../../data/batches.ts';
import type { ImageSize } from '../../data/picture.ts';
import type { Judge, Learner } from '../../learn/learner.ts';
import { firstItems } from '../../models/in-batches.ts';
import { fid } from '../shared/fid.ts';
import { measureImportance } from '../shared/importance-bound.ts';
import { type Interval, kid, kidInterval } from '../shared/kid.ts';
import type { Matrix } from '../shared/matrix.ts';
import { NEIGHBOURS, neighbourhood } from '../shared/neighbours.ts';
import { fitPcaGaussian, type PcaGaussian } from '../shared/pca.ts';
import { proportionInterval } from '../shared/proportion.ts';
import { openSelection, type Selection } from '../shared/selection.ts';
import { LADDER } from './degrade.ts';
import { drawFacts } from './draw-facts.ts';
import type { FeatureNet } from './feature-net.ts';

/** Maximum number of images on each side of a comparison. */
const MOST_ITEMS = 1_000;
/** Maximum number of images for the importance-weighted bound. */
const IMPORTANCE_ITEMS = 500;
/** Maximum number of images on each side when priors are compared: the time of the intervals grows with the square. */
const PRIOR_ITEMS = 500;
const SEED = 1;
/** Minimum number of images on each side of a KID. */
const LEAST_ITEMS = 2;

export type JudgeOptions = {
  readonly data: Readonly<Record<Split, Items>>;
  readonly size: ImageSize;
  readonly latentDim: number;
  /** Number of conditioning classes; 0 = none. */
  readonly classes: number;
  /** Returns the network, which is trained or loaded at the first call. */
  readonly net: () => Promise<FeatureNet>;
};

export type Judges = {
  /** Returns the KID on the validation split for learners that are selected by it; no metrics for others. */
  readonly byEpoch: Judge;
  /**
   * Returns KID, precision, recall, coverage and, by class, the accuracy of samples of the present weights, with intervals, on the
   * validation split; empty with too few images.
   */
  draws(
    learner: Pick<Learner, 'generate' | 'isConditional'>,
    yieldToEventLoop: () => Promise<void>,
  ): Promise<PriorMetrics['figures']>;
  /** Returns the importance-weighted bound on the test split for a learner with a likelihood. */
  importance(learner: Learner, yieldToEventLoop: () => Promise<void>): Promise<TestMetrics['importance']>;
  /** Returns all metrics on the test split, or null with too few images to compare. */
  inFull(
    learner: Pick<Learner, 'generate' | 'reconstruct'> & Partial<Pick<Learner, 'isConditional'>>,
    yieldToEventLoop: () => Promise<void>,
  ): Promise<ImageMetrics | null>;
};

export function openJudges({ data, size, latentDim, classes, net }: JudgeOptions): Judges {
  let selection: Selection | undefined;
  let compared: ComparedReal | undefined;
  return {
    async byEpoch(learner, _split, yieldToEventLoop): Promise<MetricValues> {
      if (learner.selection !== 'kid') return {};
      if (data.validation.items < LEAST_ITEMS) throw tooFew(data.validation.items);
      const { features } = await net();
      await yieldToEventLoop();
      selection ??= openSelection(data.validation, features);
      const asked = classes > 0 ? { labels: data.validation.labels.subarray(0, selection.items) } : {};
      const bytes = learner.generate({ count: selection.items, stream: 'selection', ...asked });
      return { kid: selection.score({ items: selection.items, size: data.validation.size, bytes }) };
    },
    async draws(learner, yieldToEventLoop) {
      const n = Math.min(data.validation.items, PRIOR_ITEMS);
      if (n <= NEIGHBOURS) return [];
      const opened = await net();
      const real = firstItems(data.validation, n);
      const asked = learner.isConditional ? { labels: real.labels } : {};
      const drawn: Pixels = { ...real, bytes: learner.generate({ count: n, stream: 'prior', ...asked }) };
      await yieldToEventLoop();
      const [features, realFeatures] = [opened.features(drawn), opened.features(real)];
      const { precision, recall, coverage } = neighbourhood(realFeatures, features);
      const share = (name: string, value: number, count = n) =>
        ({ name, better: 'higher', value, interval: proportionInterval(value, count) }) as const;
      const accuracy =
        learner.isConditional && opened.facts.learnedFrom === 'labels'
          ? classAccuracy(opened, drawn, real, real.labels)
          : [];
      const labelled = real.labels.filter((label) => label >= 0).length;
      return [
        {
          ...{ name: 'kid', better: 'lower', value: kid(features, realFeatures) },
          interval: kidInterval(features, realFeatures, SEED),
        },
        ...[share('precision', precision), share('recall', recall), share('coverage', coverage)],
        ...accuracy.map(({ name, model }) => share(name, model, labelled)),
      ];
    },
    importance(learner, yieldToEventLoop) {
      return measureImportance(learner, firstItems(data.test, IMPORTANCE_ITEMS), yieldToEventLoop);
    },
    async inFull(learner, yieldToEventLoop) {
      const n = Math.min(data.test.items, data.validation.items, MOST_ITEMS);
      if (n <= NEIGHBOURS) return null;
      const opened = await net();
      const test = firstItems(data.test, n);
      // Requests the classes of the test images, so that both sides have the same mixture of classes.
      const { isConditional = classes > 0 } = learner;
      const asked = isConditional ? { labels: test.labels } : {};
      const drawn: Pixels = { ...test, bytes: learner.generate({ count: n, stream: 'test', ...asked }) };
      await yieldToEventLoop();
      compared ??= await compareReal({ opened, data, n, size, latentDim, yieldToEventLoop });
      const { baseline, doNothing, real } = compared;
      const model = opened.features(drawn);
      const figures = besideReal(figuresAgainst(real, model), kidInterval(model, real, SEED), compared);
      await yieldToEventLoop();
      if (isConditional && opened.facts.learnedFrom === 'labels') {
        figures.push(...classAccuracy(opened, drawn, test, test.labels));
      }
      if (learner.reconstruct) figures.push(...reconstruction(test, learner.reconstruct(test), baseline, size));
      await yieldToEventLoop();
      const draws = drawFacts({
        ...{ drawn, real: test, baseline: doNothing, train: data.train, size },
        features: { drawn: model, real },
      });
      const { ladder } = compared;
      return { n, features: opened.facts, figures, ladder, draws, baselineComponents: baseline.components };
    },
  };
}

/** Returns the metrics as numbers by name. */
export function flatMetrics(metrics: ImageMetrics | null): MetricValues {
  return Object.fromEntries((metrics?.figures ?? []).map(({ name, model }) => [name, model]));
}

/** The references for samples of a model, which are the same for every model of a snapshot. */
type ComparedReal = {
  readonly baseline: PcaGaussian;
  readonly doNothing: Pixels;
  /** Features of the test images. */
  readonly real: Matrix;
  readonly otherReal: Figure;
  readonly otherRealInterval: Interval;
  readonly baselineFigures: Figure;
  readonly ladder: ImageMetrics['ladder'];
};

type Figure = Readonly<Record<'kid' | 'fid' | 'precision' | 'recall' | 'density' | 'coverage', number>>;

type CompareRealOptions = Pick<JudgeOptions, 'data' | 'size' | 'latentDim'> & {
  readonly opened: FeatureNet;
  readonly n: number;
  readonly yieldToEventLoop: () => Promise<void>;
};

async function compareReal({
  opened,
  data,
  size,
  latentDim,
  n,
  yieldToEventLoop,
}: CompareRealOptions): Promise<ComparedReal> {
  const [test, other] = [firstItems(data.test, n), firstItems(data.validation, n)];
  const baseline = fitPcaGaussian(data.train, latentDim);
  await yieldToEventLoop();
  const doNothing = baseline.sample(n, SEED);
  const [real, otherFeatures] = [opened.features(test), opened.features(other)];
  const baselineFigures = figuresAgainst(real, opened.features(doNothing));
  await yieldToEventLoop();
  const ladder = LADDER.map(({ name, apply }) => ({
    degradation: name,
    kid: kid(opened.features(apply(other, size)), real),
  }));
  await yieldToEventLoop();
  return {
    ...{ baseline, doNothing, real, baselineFigures, ladder },
    otherReal: figuresAgainst(real, otherFeatures),
    otherRealInterval: kidInterval(otherFeatures, real, SEED),
  };
}

function figuresAgainst(real: Matrix, given: Matrix): Figure {
  return { kid: kid(given, real), fid: fid(given, real), ...neighbourhood(real, given) };
}

function besideReal(model: Figure, interval: Interval, compared: ComparedReal): Compared[] {
  const row = (name: keyof Figure, better: Compared['better']): Compared => ({
    ...{ name, better, model: model[name], interval: null },
    ...{ real: compared.otherReal[name], realInterval: null, baseline: compared.baselineFigures[name] },
  });
  return [
    { ...row('kid', 'lower'), interval, realInterval: compared.otherRealInterval },
    row('fid', 'lower'),
    ...(['precision', 'recall', 'density', 'coverage'] as const).map((name) => row(name, 'higher')),
  ];
}

/**
 * Returns the share of generated images that are classified as requested, and of real ones that are classified as labelled.
 */
function classAccuracy(net: FeatureNet, drawn: Pixels, test: Pixels, labels: Int32Array): Compared[] {
  const asked = [...labels.keys()].filter((item) => (labels[item] as number) >= 0);
  if (asked.length === 0) return [];
  const share = (pixels: Pixels) => {
    const predicted = net.classify(pixels);
    return asked.filter((item) => predicted[item] === labels[item]).length / asked.length;
  };
  const [model, real] = [share(drawn), share(test)];
  const figure = { name: 'classAccuracy', better: 'higher', model, interval: null, real, realInterval: null } as const;
  return [{ ...figure, baseline: null }];
}

function reconstruction(test: Pixels, bytes: Uint8Array, baseline: PcaGaussian, size: ImageSize): Compared[] {
  const [model, plain] = [{ ...test, bytes }, baseline.reconstruct(test)];
  const row = (name: 'psnr' | 'ssim', measure: (pixels: Pixels) => number): Compared => ({
    name,
    better: 'higher',
    model: measure(model),
    interval: null,
    real: null,
    realInterval: null,
    baseline: measure(plain),
  });
  return [row('psnr', (pixels) => psnr(test, pixels)), row('ssim', (pixels) => ssim(test, pixels, size))];
}

function tooFew(items: number): GoldpanError {
  return new GoldpanError(
    FAILURE.noData,
    `the epochs of a GAN are compared by KID with at least ${LEAST_ITEMS} images of the validation split, which has ${items}: add images, or train a VAE`,
  );
}
