// What lies half way between a held-out photo of one class and one of another, by a network that nothing was trained with.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from '#core/model/onnx-runtime.ts';
import { meansOf } from '#stages/sample/drawing/given-items.ts';
import type { Items } from '../../containers/trainer/data/batches.ts';
import type { ImagenetJudge } from '../../containers/trainer/evaluate/image/imagenet-judge.ts';
import type { Matrix } from '../../containers/trainer/evaluate/shared/matrix.ts';
import { higherIsBetter, lowerIsBetter, type Row } from '../benchmark.ts';
import { IMAGENET } from './measure.ts';
import type { Photos } from './read-photos.ts';
import type { Trained } from './train-photos.ts';

const PAIRS = 40;
const NEAREST = 0.1;
const WHITE = 255;
const GOALS = { animal: 0.7, both: 0.25, probability: 0.15 } as const;

type Pair = { readonly first: number; readonly second: number };

/** No rows where ImageNet does not know the first two classes. */
export async function hybridRows(trained: Trained, photos: Photos, judge: ImagenetJudge): Promise<Row[]> {
  const { test, classes, side } = photos;
  const ranges = classes.slice(0, 2).map((name) => IMAGENET[name.toLowerCase()]);
  const [first, second] = ranges;
  if (!first || !second || trained.classes < 2) return [];
  const rowsOf = (label: number) => [...test.labels.keys()].filter((row) => test.labels[row] === label);
  const [firsts, seconds] = [rowsOf(0), rowsOf(1)];
  const pairs = Array.from({ length: Math.min(PAIRS, firsts.length, seconds.length) }, (_, i): Pair => {
    return { first: firsts[i] as number, second: seconds[i] as number };
  });
  const size = { width: side, height: side };
  const bytes = await halfWay(trained, test, side, pairs);
  const drawn = await judge.judge({ items: pairs.length, size: test.size, bytes }, size);
  const real = await judge.judge(test, size);
  const shares = pairs.map((_, row) => probabilities(drawn.logits, row));
  const sum = (values: Float64Array, [from, to]: readonly [number, number]) =>
    values.subarray(from, to + 1).reduce((a, b) => a + b, 0);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const isWithin = (top: number) => [first, second].some(([from, to]) => top >= from && top <= to);
  const animal = mean(shares.map((row) => Number(isWithin(row.indexOf(Math.max(...row))))));
  const similar = similarities(drawn.features, real.features);
  const ranks = pairs.map(({ first: a, second: b }, row) => [
    rankOf(similar, row, a, firsts),
    rankOf(similar, row, b, seconds),
  ]);
  const both = mean(ranks.map(([a = 1, b = 1]) => Number(a <= NEAREST && b <= NEAREST)));
  const wanted = { unit: 'share', peerName: 'goal', goal: 1 } as const;
  const median = (which: 0 | 1) => ranks.map((pair) => pair[which] as number).sort((a, b) => a - b)[pairs.length >> 1];
  return [
    higherIsBetter({
      ...wanted,
      metric: `hybrids that are ${classes[0]} or ${classes[1]}`,
      ours: animal,
      peer: GOALS.animal,
    }),
    higherIsBetter({
      ...wanted,
      metric: 'hybrids with both parents among the nearest tenth',
      ours: both,
      peer: GOALS.both,
    }),
    ...([first, second] as const).map((range, i) =>
      higherIsBetter({
        ...wanted,
        metric: `hybrids, mean probability of ${classes[i]}`,
        ours: mean(shares.map((row) => sum(row, range))),
        peer: GOALS.probability,
      }),
    ),
    ...([0, 1] as const).map((which) =>
      lowerIsBetter({
        ...wanted,
        metric: `hybrids, median rank of the parent of ${classes[which]} among held-out photos`,
        ours: median(which) ?? 1,
        peer: NEAREST,
        goal: 0,
      }),
    ),
  ];
}

async function halfWay(trained: Trained, test: Items<Uint8Array>, side: number, pairs: readonly Pair[]) {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-hybrids-'));
  try {
    await trained.writeTo(folder);
    const open = (name: string) => InferenceSession.create(readFileSync(join(folder, name)), { intraOpNumThreads: 1 });
    const [encoder, decoder] = [await open('encoder.onnx'), await open('decoder.onnx')];
    const { latentDim, classes } = trained;
    const oneHot = (weights: readonly number[]) =>
      new Tensor(
        'float32',
        Float32Array.from({ length: classes }, (_, i) => weights[i] ?? 0),
        [1, classes],
      );
    const code = async (row: number, weights: readonly number[]) => {
      const pixels = Float32Array.from(test.bytes.subarray(row * test.size, (row + 1) * test.size), (v) => v / WHITE);
      const x = new Tensor('float32', pixels, [1, side, side, 3]);
      const feeds = { x, ...(encoder.inputNames.includes('label') && { label: oneHot(weights) }) };
      return (await encoder.run(feeds)).zMean?.data as Float32Array;
    };
    const out = new Uint8Array(pairs.length * test.size);
    for (const [i, { first, second }] of pairs.entries()) {
      const codes = [
        { z: await code(first, [1, 0]), label: 0 },
        { z: await code(second, [0, 1]), label: 1 },
      ];
      // As `goldpan mix` draws it.
      const { z } = meansOf(codes, [[1, 1]], classes);
      const { pixels } = await decoder.run({ z: new Tensor('float32', z, [1, latentDim]), label: oneHot([0.5, 0.5]) });
      out.set(
        Uint8Array.from(pixels?.data as Float32Array, (value) => Math.round(value * WHITE)),
        i * test.size,
      );
    }
    await Promise.all([encoder.release(), decoder.release()]);
    return out;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function probabilities({ columns, values }: Matrix, row: number): Float64Array {
  const logits = values.subarray(row * columns, (row + 1) * columns);
  const most = Math.max(...logits);
  const raised = Float64Array.from(logits, (value) => Math.exp(value - most));
  const total = raised.reduce((a, b) => a + b, 0);
  return raised.map((value) => value / total);
}

/** Cosines of rows of both, [given][real], about the mean of the real ones. */
function similarities(given: Matrix, real: Matrix): Float64Array[] {
  const { columns } = real;
  const mean = new Float64Array(columns);
  for (let i = 0; i < real.values.length; i++)
    mean[i % columns] = (mean[i % columns] as number) + (real.values[i] as number) / real.rows;
  const unit = ({ values }: Matrix, row: number) => {
    const own = Float64Array.from(mean, (value, i) => (values[row * columns + i] as number) - value);
    const length = Math.hypot(...own);
    return own.map((value) => value / length);
  };
  const reals = Array.from({ length: real.rows }, (_, row) => unit(real, row));
  return Array.from({ length: given.rows }, (_, row) => {
    const own = unit(given, row);
    return Float64Array.from(reals, (other) => other.reduce((sum, value, i) => sum + value * (own[i] as number), 0));
  });
}

/** Share of the photos of a class that are more similar to a hybrid than its parent is. */
function rankOf(similar: readonly Float64Array[], row: number, parent: number, members: readonly number[]): number {
  const own = similar[row] as Float64Array;
  return members.filter((other) => (own[other] as number) > (own[parent] as number)).length / members.length;
}
