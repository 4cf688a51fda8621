// Scores generated clips against held-out ones, both after conversion to WAV and back.
import type { MelCodec } from '#core/kinds/audio/codec/mel-codec.ts';
import type { Split } from '#core/kinds/split.ts';
import type { AudioFigure, AudioMetrics } from '#core/model/messages/audio-metrics.ts';
import type { Items, Pixels } from '../../data/batches.ts';
import type { Learner } from '../../learn/learner.ts';
import { medianNearest, reduced } from '../image/draw-facts.ts';
import type { FeatureNet } from '../image/feature-net.ts';
import { kid } from '../shared/kid.ts';
import type { Matrix } from '../shared/matrix.ts';
import { classMeans, classVariance } from './class-spread.ts';
import { closerShare } from './closer-share.ts';
import { decibelsBetween } from './decibels-between.ts';
import { roundTripOf } from './round-trip.ts';

/** Maximum number of clips per column: each is inverted to a waveform, the costliest part of serving. */
const MOST_CLIPS = 300;
const LEAST_CLIPS = 4;
/** Maximum number of training clips that generated ones are compared with, evenly spaced. */
const MOST_TRAINING_CLIPS = 4_000;

type Drawn = Pick<Learner, 'generate' | 'reconstruct' | 'isConditional'>;

export type JudgeAudioOptions = {
  readonly learner: Drawn;
  /** The baseline: principal components and a mixture per class. Null when that is the model itself. */
  readonly baseline: Drawn | null;
  readonly data: Readonly<Record<Split, Items>>;
  readonly codec: MelCodec;
  readonly net: () => Promise<FeatureNet>;
  readonly yieldToEventLoop: () => Promise<void>;
};

/** Returns the metrics, or null with too few clips to compare. */
export async function judgeAudio(options: JudgeAudioOptions): Promise<AudioMetrics | null> {
  const { learner, baseline, data, codec, net, yieldToEventLoop } = options;
  const n = Math.min(data.test.items, data.validation.items, MOST_CLIPS);
  if (n < LEAST_CLIPS) return null;
  const opened = await net();
  const [test, other] = [firstItems(data.test, n), firstItems(data.validation, n)];
  const { labels } = test;
  const tellsLabels = opened.facts.learnedFrom === 'labels';
  const roundTrip = roundTripOf(codec, yieldToEventLoop);
  const draw = async (from: Drawn): Promise<Column> => {
    const asked = from.isConditional ? { labels } : {};
    const mel: Pixels = { ...test, bytes: from.generate({ count: n, stream: 'test', ...asked }) };
    const own = from.isConditional && tellsLabels ? labels : null;
    return { mel, wav: await roundTrip(mel, 'test'), labels: own, reconstructed: from.reconstruct?.(test) };
  };
  const real: Column = { mel: other, wav: await roundTrip(other, 'real'), labels: tellsLabels ? other.labels : null };
  const testWav = await roundTrip(test, 'held-out');
  const means = classMeans(data.train, labels);
  const columns = {
    model: await draw(learner),
    real,
    pcaMixture: baseline && (await draw(baseline)),
    classMean: { mel: means, wav: await roundTrip(means, 'means', true), labels: tellsLabels ? labels : null },
  };
  await yieldToEventLoop();

  // In units of the root mean square of real features, so that the distance does not depend on the scale of the network.
  const unit = rootMeanSquare(opened.features(test));
  const featuresOf = (pictures: Pixels) => scaled(opened.features(pictures), 1 / unit);
  const held = { mel: featuresOf(test), wav: featuresOf(testWav) };
  const variance = classVariance(testWav, labels);
  const halves = { train: spreadItems(data.train, n), heldOut: test };
  const size = { width: codec.frames, height: codec.bands, channels: 1 as const };
  const train = reduced(spreadItems(data.train, MOST_TRAINING_CLIPS), size);
  const measured = new Map<Name, Record<AudioFigure['name'], number | null>>();
  for (const [name, column] of Object.entries(columns) as [Name, Column | null][]) {
    if (!column) continue;
    await yieldToEventLoop();
    const features = { mel: featuresOf(column.mel), wav: featuresOf(column.wav) };
    measured.set(name, {
      labelAccuracy: accuracy(opened, column.wav, column.labels),
      labelAccuracyMel: accuracy(opened, column.mel, column.labels),
      kidWav: kid(features.wav, held.wav),
      kidMel: kid(features.mel, held.mel),
      classVariance: classVariance(column.wav, column.labels ?? labels) / Math.max(variance, Number.EPSILON),
      closerShare: closerShare(column.mel, halves),
      nearestDecibels: medianNearest(reduced(column.mel, size), train) * (codec.highestDecibels - codec.lowestDecibels),
      logSpectralDistance: column.reconstructed ? decibelsBetween(test.bytes, column.reconstructed, codec) : null,
    });
  }
  const roundTripDecibels = decibelsBetween(test.bytes, testWav.bytes, codec);
  return { n, features: opened.facts, roundTripDecibels, figures: figuresOf(measured) };
}

type Name = 'model' | 'real' | 'pcaMixture' | 'classMean';
type Column = {
  /** Images as generated, and after conversion to WAV and back. */
  readonly mel: Pixels;
  readonly wav: Pixels;
  /** The requested classes; null when unknown. */
  readonly labels: Int32Array | null;
  /** Reconstructions of the test images. */
  readonly reconstructed?: Uint8Array | undefined;
};

const BETTER: Readonly<Record<AudioFigure['name'], AudioFigure['better']>> = {
  labelAccuracy: 'higher',
  labelAccuracyMel: 'higher',
  kidWav: 'lower',
  kidMel: 'lower',
  classVariance: 'one',
  closerShare: 'half',
  nearestDecibels: 'real',
  logSpectralDistance: 'lower',
};

/** Returns the metrics that the model has. */
function figuresOf(measured: ReadonlyMap<Name, Record<AudioFigure['name'], number | null>>): AudioFigure[] {
  return (Object.keys(BETTER) as AudioFigure['name'][]).flatMap((name): AudioFigure[] => {
    const of = (column: Name) => measured.get(column)?.[name] ?? null;
    const model = of('model');
    if (model === null) return [];
    return [
      { name, better: BETTER[name], model, real: of('real'), pcaMixture: of('pcaMixture'), classMean: of('classMean') },
    ];
  });
}

/** Returns the share of clips that the network classifies as requested, among those with a requested class. */
function accuracy(net: FeatureNet, pictures: Pixels, labels: Int32Array | null): number | null {
  const asked = labels ? [...labels.keys()].filter((item) => (labels[item] as number) >= 0) : [];
  if (asked.length === 0) return null;
  const said = net.classify(pictures);
  return asked.filter((item) => said[item] === labels?.[item]).length / asked.length;
}

function rootMeanSquare({ values }: Matrix): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length) || 1;
}

function scaled({ values, ...rest }: Matrix, factor: number): Matrix {
  return { ...rest, values: values.map((value) => value * factor) };
}

function firstItems(items: Items, count: number): Items<Uint8Array> {
  return {
    ...items,
    items: count,
    bytes: items.bytes.subarray(0, count * items.size),
    labels: items.labels.subarray(0, count),
  };
}

/** Returns `count` items, evenly spaced over the split. */
function spreadItems(items: Items, count: number): Pixels {
  const taken = Math.min(count, items.items);
  const bytes = new Uint8Array(taken * items.size);
  for (let i = 0; i < taken; i++) {
    const from = Math.floor((i * items.items) / taken) * items.size;
    bytes.set(items.bytes.subarray(from, from + items.size), i * items.size);
  }
  return { items: taken, size: items.size, bytes };
}
