// The judge of clips sees through generators that are good at one thing only, and promotion stops them.
import { expect, test } from 'vitest';
import { clipsToMel } from '#core/kinds/audio/codec/clips-to-mel.ts';
import { melCodecFor } from '#core/kinds/audio/codec/mel-codec.ts';
import type { AudioFigureName, AudioMetrics } from '#core/model/messages/audio-metrics.ts';
import { audioFaults } from '#core/model/promotion/audio-faults.ts';
import type { Items } from '../../../../../containers/trainer/data/batches.ts';
import { classMeans } from '../../../../../containers/trainer/evaluate/audio/class-spread.ts';
import { judgeAudio } from '../../../../../containers/trainer/evaluate/audio/judge-audio.ts';
import type { FeatureNet } from '../../../../../containers/trainer/evaluate/image/feature-net.ts';
import { KNOWN_AUDIO, knownClips } from '../../../core/kinds/audio/known-clips.ts';

const codec = melCodecFor(KNOWN_AUDIO);
const { bands, frames } = codec;
const SIZE = bands * frames;
const itemsOf = (count: number, seed: number): Items<Uint8Array> => {
  const { samples, labels } = knownClips(count, seed);
  const toMel = clipsToMel(codec);
  const bytes = new Uint8Array(count * SIZE);
  for (let i = 0; i < count; i++)
    bytes.set(toMel(samples.subarray(i * codec.samples, (i + 1) * codec.samples)), i * SIZE);
  return { items: count, size: SIZE, bytes, labels, classes: 2 };
};
const data = { train: itemsOf(48, 1), validation: itemsOf(24, 2), test: itemsOf(24, 3) };

/** Tells low from high by where the picture is bright; features are brightness by eighths of the picture. */
const net = {
  facts: {
    ...{ sha256: 'x', learnedFrom: 'labels' as const, classes: 2, dimensions: 8, steps: 1, accuracy: 1 },
  },
  features({ items, bytes }) {
    const values = new Float32Array(items * 8);
    for (let at = 0; at < items * SIZE; at++) {
      const place = Math.floor(at / SIZE) * 8 + Math.floor((at % SIZE) / (SIZE / 8));
      values[place] = (values[place] as number) + (bytes[at] as number) / (SIZE * 16);
    }
    return { rows: items, columns: 8, values };
  },
  classify({ items, bytes }) {
    const half = SIZE / 2;
    const sum = (from: number) => bytes.subarray(from, from + half).reduce((total, byte) => total + byte, 0);
    return Int32Array.from({ length: items }, (_, i) => (sum(i * SIZE) > sum(i * SIZE + half) ? 1 : 0));
  },
  dispose: () => undefined,
} satisfies FeatureNet;

type Draw = (labels: Int32Array) => Uint8Array;

async function judged(
  draw: Draw,
): Promise<{ metrics: AudioMetrics; faults: string[]; of: (name: AudioFigureName) => number }> {
  const learner = {
    isConditional: true,
    generate: ({ labels }: { labels?: Int32Array }) => draw(labels as Int32Array),
  };
  const options = {
    learner,
    baseline: null,
    data,
    codec,
    clips: knownClips(24, 3).samples,
    net: async () => net,
    yieldToEventLoop: async () => undefined,
  };
  const metrics = (await judgeAudio(options)) as AudioMetrics;
  const of = (name: AudioFigureName) => metrics.figures.find((figure) => figure.name === name)?.model as number;
  return { metrics, of, faults: audioFaults(metrics).map(({ code }) => code) };
}

/** Items of the asked classes from those given, one after the other. */
const takenFrom =
  (items: Items<Uint8Array>): Draw =>
  (labels) => {
    const next = [0, 1];
    const bytes = new Uint8Array(labels.length * SIZE);
    labels.forEach((label, i) => {
      const members = [...items.labels.keys()].filter((item) => items.labels[item] === label);
      const item = members[(next[label] as number) % members.length] as number;
      next[label] = (next[label] as number) + 1;
      bytes.set(items.bytes.subarray(item * SIZE, (item + 1) * SIZE), i * SIZE);
    });
    return bytes;
  };

test('clips nobody trained on pass: recognised, varied, no nearer to training clips', async () => {
  const { of, faults, metrics } = await judged(takenFrom(itemsOf(24, 9)));
  expect(faults).toEqual([]);
  expect(of('labelAccuracy')).toBe(1);
  expect(of('classVariance')).toBeGreaterThan(0.6);
  expect(of('closerShare')).toBeGreaterThan(0.2);
  expect(of('closerShare')).toBeLessThan(0.8);
  expect(metrics.roundTripDecibels).toBeLessThan(2.5);
});

test('the mean of each class is recognised and has no variety: collapsed', async () => {
  const { of, faults } = await judged((labels) => classMeans(data.train, labels).bytes);
  expect(of('labelAccuracy')).toBe(1);
  expect(of('classVariance')).toBeLessThan(0.1);
  expect(faults).toContain('collapsed');
});

test('training clips again are recognised and varied: copied', async () => {
  const spread = { ...data.train, items: 24, bytes: data.train.bytes.slice(), labels: data.train.labels.slice() };
  const { of, faults } = await judged(takenFrom(spread));
  expect(of('labelAccuracy')).toBe(1);
  expect(of('nearestDecibels')).toBe(0);
  expect(faults).toEqual(['copied']);
});

test('a generator that ignores the class: wrong class', async () => {
  const draw = takenFrom(itemsOf(24, 9));
  const { of, faults } = await judged((labels) => draw(labels.map((label) => 1 - label)));
  expect(of('labelAccuracy')).toBe(0);
  expect(faults).toContain('wrong-class');
});

test('noise is neither recognised nor near anything', async () => {
  let state = 1;
  const noise = () => {
    state = (state * 48_271) % 0x7fffffff;
    return state & 255;
  };
  const { of, faults } = await judged((labels) => Uint8Array.from({ length: labels.length * SIZE }, noise));
  expect(of('kidWav')).toBeGreaterThan(0.01);
  expect(faults).toContain('wrong-class');
});

test('a model that its baseline beats in both ways is not promoted', async () => {
  const { metrics } = await judged(takenFrom(itemsOf(24, 9)));
  const worse = {
    ...metrics,
    n: 300,
    figures: metrics.figures.map((figure) => {
      if (figure.name === 'labelAccuracy') return { ...figure, model: 0.8, pcaMixture: 0.95 };
      return figure.name === 'kidWav' ? { ...figure, model: 0.05, pcaMixture: 0.02 } : figure;
    }),
  };
  expect(audioFaults(worse).map(({ code }) => code)).toEqual(['worse-than-baseline']);
});

test('clips of noise vary less than real ones with any small model: as collapsed counts what varies less than the mixture, too', async () => {
  const { metrics } = await judged(takenFrom(itemsOf(24, 9)));
  const varying = (model: number, pcaMixture: number | null) =>
    audioFaults({
      ...metrics,
      figures: metrics.figures.map((one) => (one.name === 'classVariance' ? { ...one, model, pcaMixture } : one)),
    }).map(({ code }) => code);
  expect(varying(0.38, 0.42)).toEqual([]);
  expect(varying(0.38, 0.95)).toEqual(['collapsed']);
  expect(varying(0.38, null)).toEqual(['collapsed']);
  expect(varying(0.2, 0.42)).toEqual(['collapsed']);
});
