// Photos of cats and dogs, or any others: a model of so many CPU minutes, judged by a network that nothing was trained with.

import type { Pixels } from '../containers/trainer/data/batches.ts';
import { blur } from '../containers/trainer/evaluate/image/degrade.ts';
import { openImagenetJudge } from '../containers/trainer/evaluate/image/imagenet-judge.ts';
import { fitPcaGaussian } from '../containers/trainer/evaluate/shared/pca.ts';
import { type Benchmark, higherIsBetter, lowerIsBetter, type Row } from './benchmark.ts';
import { COCO, openDetector } from './photos/detector.ts';
import { hybridRows } from './photos/hybrids.ts';
import { askedClass, comparedWith, medianNearest } from './photos/measure.ts';
import { type Photos, readPhotos } from './photos/read-photos.ts';
import { trainPhotos } from './photos/train-photos.ts';

/** A folder with a subfolder of photos a class. */
const FOLDER = process.env.PHOTOS;
const MINUTES = Number(process.env.PHOTO_MINUTES ?? 10);
const SIDE = Number(process.env.PHOTO_SIDE ?? 64);
const SEED = Number(process.env.PHOTO_SEED ?? 1);
/** As `image.fit`: cut to the common subject, or to the square in the middle. */
const FIT = process.env.PHOTO_FIT === 'cover' ? 'cover' : 'subject';
const MODEL = process.env.PHOTO_MODEL === 'gan' ? 'gan' : 'vae';
const DRAWS = 400;
const BASELINE_COMPONENTS = 64;
const BLUR_PIXELS = 2;
/** Figures that depend on the number of images are also given for so many of each side. */
const FEWER = 120;
/** Images that the detector looks at. */
const DETECTED = 50;
const GOALS = { askedClass: 0.88, kid: 0.13, precision: 0.85, recall: 0.55, coverage: 0.8, detected: 0.95 } as const;

export const photos: Benchmark = {
  sentence:
    'Photos (PHOTOS=FOLDER of classes, PHOTO_MINUTES, PHOTO_SIDE, PHOTO_SEED, PHOTO_FIT): draws and hybrids judged by EfficientNet-Lite2',
  async run() {
    if (!FOLDER)
      throw new Error('name the photos: PHOTOS=FOLDER npm run bench -- photos, with a subfolder for each class');
    const data = await readPhotos(FOLDER, SIDE, FIT);
    const trained = trainPhotos(data, MINUTES, { model: MODEL, preset: 'photo', seed: SEED });
    const { learner, steps, cpuMinutes } = trained;
    const size = { width: SIDE, height: SIDE, channels: 3 } as const;
    const labels = Int32Array.from({ length: DRAWS }, (_, i) => i % data.classes.length);
    const drawn: Pixels = {
      items: DRAWS,
      size: data.test.size,
      bytes: learner.generate({ count: DRAWS, stream: 'bench', labels }),
    };
    const judge = await openImagenetJudge();
    const hybrids = MODEL === 'vae' ? await hybridRows(trained, data, judge) : [];
    learner.dispose();
    const judged = (pixels: Pixels) => judge.judge(pixels, size);
    const [train, test, other] = [await judged(data.train), await judged(data.test), await judged(data.validation)];
    const baseline = await judged(fitPcaGaussian(data.train, BASELINE_COMPONENTS).sample(DRAWS, SEED));
    const blurred = await judged(blur(data.validation, size, BLUR_PIXELS));
    const model = await judged(drawn);
    const against = (name: string, verdict: typeof model) => ({
      name,
      ...comparedWith(test.features, verdict.features),
    });
    const [ours, real] = [against('model', model), against('real', other)];
    const controls = [against('PCA-Gaussian', baseline), against('held-out photos blurred by 2 px', blurred)];
    const fewer = comparedWith(test.features, model.features, FEWER);
    const detected = await detectedRows(drawn, data);
    const rates = askedClass(model, labels, data.classes);
    const realRates = askedClass(test, data.test.labels, data.classes);
    const nearest = [model, test].map(({ features }) => medianNearest(train.features, features)) as [number, number];
    const goal = (metric: string, value: number, wanted: number): Row =>
      higherIsBetter({ metric, unit: 'share', ours: value, peer: wanted, peerName: 'goal', goal: 1 });
    const rows: Row[] = [
      ...Object.entries(rates).map(([name, rate]) => goal(`drawn ${name} that are called so`, rate, GOALS.askedClass)),
      lowerIsBetter({ metric: 'KID', unit: 'value', ours: ours.kid, peer: GOALS.kid, peerName: 'goal', goal: 1 }),
      ...(['precision', 'recall', 'coverage'] as const).map((name) => goal(name, ours[name], GOALS[name])),
      ...(['precision', 'recall', 'coverage'] as const).map((name) =>
        goal(`${name}, ${FEWER} images of each side`, fewer[name], GOALS[name]),
      ),
      ...detected,
      higherIsBetter({
        metric: 'distance to the nearest training photo, median',
        unit: 'features',
        ours: nearest[0],
        peer: nearest[1],
        peerName: 'held-out photos',
        goal: 1,
      }),
      ...Object.entries(realRates).map(([name, rate]) =>
        higherIsBetter({
          metric: `held-out ${name} that are called so`,
          unit: 'share',
          ours: rates[name] ?? 0,
          peer: rate,
          peerName: 'real',
          goal: 0,
        }),
      ),
      ...[real, ...controls].flatMap(({ name, ...figures }) => [
        lowerIsBetter({ metric: 'KID', unit: 'value', ours: ours.kid, peer: figures.kid, peerName: name, goal: 0 }),
        higherIsBetter({
          metric: 'coverage',
          unit: 'share',
          ours: ours.coverage,
          peer: figures.coverage,
          peerName: name,
          goal: 0,
        }),
      ]),
      ...hybrids,
      lowerIsBetter({
        metric: `training, ${steps} steps at ${SIDE} pixels`,
        unit: 'CPU min',
        ours: cpuMinutes,
        peer: MINUTES,
        peerName: 'asked',
        goal: 0.9,
      }),
    ];
    return { versions: {}, rows };
  },
};

/** Whether the likeliest box of a detector is of one of the classes, drawn and real. No rows where COCO lacks a class. */
async function detectedRows(drawn: Pixels, { test, classes, side }: Photos): Promise<Row[]> {
  const kinds = classes.map((name) => COCO[name.toLowerCase()]);
  if (kinds.some((kind) => kind === undefined)) return [];
  const detector = await openDetector();
  const shareOf = async (pixels: Pixels) => {
    const items = Math.min(DETECTED, pixels.items);
    const found = await detector.look({ ...pixels, items }, side);
    return found.kinds.filter((kind) => kinds.includes(kind)).length / items;
  };
  const [ours, real] = [await shareOf(drawn), await shareOf(test)];
  detector.close();
  const row = { metric: `likeliest box of a detector is one of ${classes.join(', ')}`, unit: 'share', ours };
  return [
    higherIsBetter({ ...row, peer: GOALS.detected, peerName: 'goal', goal: 1 }),
    higherIsBetter({ ...row, peer: real, peerName: 'held-out photos', goal: 0 }),
  ];
}
