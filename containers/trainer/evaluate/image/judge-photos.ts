// Judges generated photos by EfficientNet-Lite2, which no model is trained with, and finds their nearest training photos.
import type { PhotoFigure, PhotoMetrics } from '#core/model/messages/photo-metrics.ts';
import type { Items, Pixels } from '../../data/batches.ts';
import type { ImageSize } from '../../data/picture.ts';
import type { Learner } from '../../learn/learner.ts';
import { pickItems } from '../../models/in-batches.ts';
import { kid } from '../shared/kid.ts';
import type { Matrix } from '../shared/matrix.ts';
import { neighbourhood } from '../shared/neighbours.ts';
import { fitPcaGaussian } from '../shared/pca.ts';
import { classShares, meanDistance, nearestRows } from './feature-distances.ts';
import type { ImagenetJudge } from './imagenet-judge.ts';

/** Maximum number of images on each side of a comparison: each takes some 60 ms of CPU time. */
const MOST_ITEMS = 200;
const MOST_TRAIN_ITEMS = 400;
/** As in papers that compare photos. */
const NEIGHBOURS = 5;
const BASELINE_COMPONENTS = 64;
const SEED = 1;
/** Number of samples that are shown beside their nearest training photo. */
const SHOWN = 16;

export type PhotoJudgement = {
  readonly metrics: PhotoMetrics;
  /** uint8: a sample, its nearest training photo, the next sample, and so on. */
  readonly pairs: Uint8Array;
};

type JudgeOptions = {
  readonly judge: ImagenetJudge;
  readonly data: Readonly<Record<'train' | 'validation' | 'test', Items>>;
  readonly size: ImageSize;
  /** Number of conditioning classes; 0 = unconditional. */
  readonly classes: number;
  readonly yieldToEventLoop: () => Promise<void>;
};

/** Returns the metrics, or undefined when a split has too few photos to compare. */
export async function judgePhotos(
  learner: Pick<Learner, 'generate'>,
  { judge, data, size, classes, yieldToEventLoop }: JudgeOptions,
): Promise<PhotoJudgement | undefined> {
  const n = Math.min(data.test.items, data.validation.items, MOST_ITEMS);
  if (n <= NEIGHBOURS) return undefined;
  const features = async (pixels: Pixels): Promise<Matrix> => {
    const judged = await judge.judge(pixels, size);
    await yieldToEventLoop();
    return judged.features;
  };
  const [train, test, other] = [spread(data.train, MOST_TRAIN_ITEMS), spread(data.test, n), spread(data.validation, n)];
  const drawn: Pixels = {
    ...test,
    bytes: learner.generate({ count: n, stream: 'photos', ...(classes > 0 && { labels: test.labels }) }),
  };
  await yieldToEventLoop();
  const baseline = await features(fitPcaGaussian(data.train, BASELINE_COMPONENTS).sample(n, SEED));
  const [ofTrain, real, ofOther, model] = [
    await features(train),
    await features(test),
    await features(other),
    await features(drawn),
  ];
  const nearest = nearestRows(model, ofTrain);
  const figures = compared({ real, model, other: ofOther, baseline });
  figures.push({
    ...{ name: 'nearestTraining', better: 'higher', model: median(nearest), baseline: null },
    real: median(nearestRows(real, ofTrain)),
  });
  const byClass =
    classes > 1 ? classShares({ train: ofTrain, labels: train.labels, real, model, asked: test.labels }) : [];
  const asked = byClass.reduce((sum, { items }) => sum + items, 0);
  const share = (of: 'model' | 'real') => byClass.reduce((sum, each) => sum + each.items * each[of], 0) / asked;
  if (asked > 0)
    figures.push({
      name: 'classAccuracy',
      better: 'higher',
      model: share('model'),
      real: share('real'),
      baseline: null,
    });
  const metrics = { network: 'EfficientNet-Lite2', n, trainItems: train.items, figures, byClass } as const;
  return { metrics, pairs: pairsOf(drawn, train, nearest) };
}

type Sides = Readonly<Record<'real' | 'model' | 'other' | 'baseline', Matrix>>;

function compared({ real, model, other, baseline }: Sides): PhotoFigure[] {
  const near = new Map([model, other, baseline].map((side) => [side, neighbourhood(real, side, NEIGHBOURS)]));
  const figure = (name: PhotoFigure['name'], better: PhotoFigure['better'], of: (side: Matrix) => number) => ({
    ...{ name, better, model: of(model), real: of(other), baseline: of(baseline) },
  });
  return [
    figure('kid', 'lower', (side) => kid(side, real)),
    ...(['precision', 'recall', 'coverage'] as const).map((name) =>
      figure(name, 'higher', (side) => near.get(side)?.[name] as number),
    ),
    figure('featureDiversity', 'higher', (side) => meanDistance(side) / meanDistance(real)),
  ];
}

function pairsOf(drawn: Pixels, train: Pixels, nearest: readonly { row: number }[]): Uint8Array {
  const shown = Math.min(SHOWN, drawn.items);
  const { size } = drawn;
  const pairs = new Uint8Array(2 * shown * size);
  for (let i = 0; i < shown; i++) {
    const row = nearest[i]?.row ?? 0;
    pairs.set(drawn.bytes.subarray(i * size, (i + 1) * size), 2 * i * size);
    pairs.set(train.bytes.subarray(row * size, (row + 1) * size), (2 * i + 1) * size);
  }
  return pairs;
}

function median(nearest: readonly { distance: number }[]): number {
  const sorted = nearest.map(({ distance }) => distance).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}

/** Returns at most `most` items, evenly spaced over the split. */
function spread(items: Items, most: number): Items<Uint8Array> {
  const count = Math.min(items.items, most);
  return pickItems(
    items,
    Int32Array.from({ length: count }, (_, i) => Math.floor((i * items.items) / count)),
  );
}
