// Scores generated clips against held-out ones, both after conversion to WAV and back.
import type { MelCodec } from '#core/kinds/audio/codec/mel-codec.ts';
import { melToClips } from '#core/kinds/audio/codec/mel-to-clips.ts';
import type { Split } from '#core/kinds/split.ts';
import type { AudioFigure, AudioMetrics, MagnitudeFacts } from '#core/model/messages/audio-metrics.ts';
import type { Items, Pixels } from '../../data/batches.ts';
import type { Learner } from '../../learn/learner.ts';
import { reduced } from '../image/draw-facts.ts';
import type { FeatureNet } from '../image/feature-net.ts';
import { fid } from '../shared/fid.ts';
import { kid } from '../shared/kid.ts';
import type { Matrix } from '../shared/matrix.ts';
import { medianOf, nearCopies, nearestDistances } from '../shared/nearest-rows.ts';
import { classMeans, classVariance } from './class-spread.ts';
import { closerShare } from './closer-share.ts';
import { decibelsBetween } from './decibels-between.ts';
import { roundTripOf } from './round-trip.ts';
import { siSdr } from './si-sdr.ts';

/** Maximum number of clips per column: each is inverted to a waveform, the costliest part of serving. */
const MOST_CLIPS = 300;
const LEAST_CLIPS = 4;
/** Pictures drawn for each clip that is compared, to see what they are nearer to: they need no inversion, and the share is uncertain. */
const DRAWS_A_CLIP = 4;
/** Maximum number of reconstructions that become sounds. */
const MOST_RECONSTRUCTIONS = 100;
const FULL_SCALE = 32_768;
/** Maximum number of training clips that generated ones are compared with, evenly spaced. */
const MOST_TRAINING_CLIPS = 4_000;

type Drawn = Pick<Learner, 'generate' | 'reconstruct' | 'isConditional'>;

export type JudgeAudioOptions = {
  readonly learner: Drawn;
  /** The baseline: principal components and a mixture per class. Null when that is the model itself. */
  readonly baseline: Drawn | null;
  readonly data: Readonly<Record<Split, Items>>;
  readonly codec: MelCodec;
  /** How the codec's network compares with the bands alone. */
  readonly magnitudes?: MagnitudeFacts | undefined;
  /** Samples of the first clips of the test split, one clip after the other. */
  readonly clips: Int16Array;
  readonly net: () => Promise<FeatureNet>;
  readonly yieldToEventLoop: () => Promise<void>;
};

/** Returns the metrics, or null with too few clips to compare. */
export async function judgeAudio(options: JudgeAudioOptions): Promise<AudioMetrics | null> {
  const { learner, baseline, data, codec, magnitudes, clips, net, yieldToEventLoop } = options;
  const n = Math.min(data.test.items, data.validation.items, MOST_CLIPS);
  if (n < LEAST_CLIPS) return null;
  const opened = await net();
  const [test, other] = [firstItems(data.test, n), firstItems(data.validation, n)];
  const { labels } = test;
  const tellsLabels = opened.facts.learnedFrom === 'labels';
  const roundTrip = roundTripOf(codec, yieldToEventLoop);
  const asServed = roundTripOf(codec, yieldToEventLoop, true);
  const draw = async (from: Drawn): Promise<Column> => {
    const asked = from.isConditional ? { labels } : {};
    const mel: Pixels = { ...test, bytes: from.generate({ count: n, stream: 'test', ...asked }) };
    const own = from.isConditional && tellsLabels ? labels : null;
    const many = n * DRAWS_A_CLIP;
    const manyLabels = Int32Array.from({ length: many }, (_, i) => labels[i % n] as number);
    const drawn = from.generate({
      count: many,
      stream: 'closer',
      ...(from.isConditional ? { labels: manyLabels } : {}),
    });
    const closer: Pixels = { items: many, size: test.size, bytes: drawn };
    return { mel, closer, wav: await asServed(mel, 'test'), labels: own, reconstructed: from.reconstruct?.(test) };
  };
  const real: Column = { mel: other, wav: await roundTrip(other, 'real'), labels: tellsLabels ? other.labels : null };
  const testWav = await roundTrip(test, 'held-out');
  const means = classMeans(data.train, labels);
  const columns = {
    model: await draw(learner),
    real,
    pcaMixture: baseline && (await draw(baseline)),
    classMean: { mel: means, wav: await asServed(means, 'means', true), labels: tellsLabels ? labels : null },
  };
  await yieldToEventLoop();
  const soundsLike = likenessTo(clips, codec, Math.min(n, MOST_RECONSTRUCTIONS));

  // In units of the root mean square of real features, so that the distance does not depend on the scale of the network.
  const unit = rootMeanSquare(opened.features(test));
  const featuresOf = (pictures: Pixels) => scaled(opened.features(pictures), 1 / unit);
  const held = { mel: featuresOf(test), wav: featuresOf(testWav) };
  const variance = classVariance(testWav, labels);
  const halves = { train: spreadItems(data.train, n), heldOut: test };
  const size = { width: codec.frames, height: codec.bands, channels: 1 as const };
  const train = reduced(spreadItems(data.train, MOST_TRAINING_CLIPS), size);
  const realDistances = nearestDistances(reduced(other, size), train);
  const measured = new Map<Name, Record<AudioFigure['name'], number | null>>();
  for (const [name, column] of Object.entries(columns) as [Name, Column | null][]) {
    if (!column) continue;
    await yieldToEventLoop();
    const features = { mel: featuresOf(column.mel), wav: featuresOf(column.wav) };
    const distances = nearestDistances(reduced(column.mel, size), train);
    const reconstructed = name === 'real' ? test.bytes : column.reconstructed;
    measured.set(name, {
      labelAccuracy: accuracy(opened, column.wav, column.labels),
      labelAccuracyMel: accuracy(opened, column.mel, column.labels),
      kidWav: kid(features.wav, held.wav),
      kidMel: kid(features.mel, held.mel),
      fadWav: fid(features.wav, held.wav),
      classVariance: classVariance(column.wav, column.labels ?? labels) / Math.max(variance, Number.EPSILON),
      closerShare: closerShare(column.closer ?? column.mel, halves),
      nearestDecibels: medianOf(distances) * (codec.highestDecibels - codec.lowestDecibels),
      copiedClips: nearCopies(distances, realDistances),
      logSpectralDistance: column.reconstructed ? decibelsBetween(test.bytes, column.reconstructed, codec) : null,
      siSdr: reconstructed ? soundsLike(reconstructed) : null,
    });
  }
  const roundTripDecibels = decibelsBetween(test.bytes, testWav.bytes, codec);
  return {
    n,
    features: opened.facts,
    roundTripDecibels,
    ...(magnitudes && { magnitudes }),
    figures: figuresOf(measured),
  };
}

type Name = 'model' | 'real' | 'pcaMixture' | 'classMean';
type Column = {
  /** Images as generated, and after conversion to WAV and back. */
  readonly mel: Pixels;
  readonly wav: Pixels;
  /** More images, for comparisons that need no sounds; absent: those above. */
  readonly closer?: Pixels;
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
  fadWav: 'lower',
  classVariance: 'one',
  closerShare: 'half',
  nearestDecibels: 'real',
  copiedClips: 'real',
  logSpectralDistance: 'lower',
  siSdr: 'higher',
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

/** Returns a function that gives the mean SI-SDR of pictures as sounds beside the clips that they stand for; null without clips. */
function likenessTo(clips: Int16Array, codec: MelCodec, most: number): (pictures: Uint8Array) => number | null {
  const { samples, bands, frames } = codec;
  const size = bands * frames;
  const count = Math.min(most, Math.floor(clips.length / samples));
  return (pictures) => {
    if (count === 0) return null;
    const toClip = melToClips(codec);
    let sum = 0;
    for (let item = 0; item < count; item++) {
      const sound = toClip(pictures.subarray(item * size, (item + 1) * size), 1, `likeness/${item}`);
      const truth = Float64Array.from(clips.subarray(item * samples, (item + 1) * samples), (v) => v / FULL_SCALE);
      sum += siSdr(
        Float64Array.from(sound, (value) => value / FULL_SCALE),
        truth,
      );
    }
    return sum / count;
  };
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
