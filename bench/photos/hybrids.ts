// What lies half way between a held-out photo of one class and one of another, by a network that nothing was trained with.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIKENESS_FILE, NEAR_FILE } from '#core/model/latent/near-maps.ts';
import { betweenPhotos } from '#stages/sample/drawing/between-photos.ts';
import { openDecoderWith } from '#stages/sample/drawing/decoder.ts';
import { type OpenEncoder, openEncoderWith } from '#stages/sample/drawing/encoder.ts';
import { meansOf } from '#stages/sample/drawing/given-items.ts';
import { openLikenessWith } from '#stages/sample/drawing/likeness.ts';
import type { ImagenetJudge, ImagenetVerdict } from '../../containers/trainer/evaluate/image/imagenet-judge.ts';
import type { Matrix } from '../../containers/trainer/evaluate/shared/matrix.ts';
import { higherIsBetter, lowerIsBetter, type Row } from '../benchmark.ts';
import { IMAGENET } from './measure.ts';
import type { Photos } from './read-photos.ts';
import type { Trained } from './train-photos.ts';

const PAIRS = 40;
const NEAREST = 0.1;
const GOALS = { animal: 0.7, both: 0.25, probability: 0.15 } as const;

type Pair = { readonly first: number; readonly second: number };

/** No rows where ImageNet does not know the first two classes. */
export async function hybridRows(trained: Trained, photos: Photos, judge: ImagenetJudge): Promise<Row[]> {
  const { test, classes, side } = photos;
  const ranges = classes.slice(0, 2).map((name) => IMAGENET[name.toLowerCase()]);
  const [first, second] = ranges;
  if (!first || !second || trained.classes < 2) return [];
  const membersOf = (label: number) => [...test.labels.keys()].filter((row) => test.labels[row] === label);
  const members: Members = [membersOf(0), membersOf(1)];
  const count = Math.min(PAIRS, ...members.map(({ length }) => length));
  const pairs = Array.from({ length: count }, (_, i): Pair => {
    return { first: members[0][i] as number, second: members[1][i] as number };
  });
  const size = { width: side, height: side };
  const drawn = await halfWay(trained, photos, pairs);
  const real = await judge.judge(test, size);
  const figuresOf = async (bytes: Uint8Array) => {
    const verdict = await judge.judge({ items: pairs.length, size: test.size, bytes }, size);
    return figures({ verdict, real: real.features, pairs, members, ranges: [first, second] });
  };
  const [fitted, means] = [await figuresOf(drawn.fitted), await figuresOf(drawn.means)];
  const named = {
    animal: `hybrids that are ${classes[0]} or ${classes[1]}`,
    both: 'hybrids with both parents among the nearest tenth',
    probability: (label: number) => `hybrids, mean probability of ${classes[label]}`,
    rank: (label: number) => `hybrids, median rank of the parent of ${classes[label]} among held-out photos`,
  };
  const rows = ({ animal, both, probabilities, ranks }: Figures, peer: (wanted: number, mean: number) => Peer) => [
    higherIsBetter({ metric: named.animal, unit: 'share', ours: animal, ...peer(GOALS.animal, means.animal) }),
    higherIsBetter({ metric: named.both, unit: 'share', ours: both, ...peer(GOALS.both, means.both) }),
    ...probabilities.map((ours, label) => {
      const metric = named.probability(label);
      return higherIsBetter({
        metric,
        unit: 'share',
        ours,
        ...peer(GOALS.probability, means.probabilities[label] as number),
      });
    }),
    ...ranks.map((ours, label) => {
      const metric = named.rank(label);
      return lowerIsBetter({
        metric,
        unit: 'share',
        ours,
        ...peer(NEAREST, means.ranks[label] as number),
        goal: 0,
      });
    }),
  ];
  return [
    ...rows(fitted, (peer) => ({ peer, peerName: 'goal', goal: 1 })),
    ...rows(fitted, (_, peer) => ({ peer, peerName: 'not fitted', goal: 0 })),
  ];
}

type Members = readonly [number[], number[]];
type Peer = { readonly peer: number; readonly peerName: string; readonly goal: number };
type Figures = {
  /** Share of the hybrids whose top class is one of the two. */
  readonly animal: number;
  /** Share with both parents among the nearest tenth of the held-out photos of their classes. */
  readonly both: number;
  /** Of each class. */
  readonly probabilities: readonly number[];
  readonly ranks: readonly number[];
};

function figures({
  verdict,
  real,
  pairs,
  members,
  ranges,
}: {
  readonly verdict: ImagenetVerdict;
  readonly real: Matrix;
  readonly pairs: readonly Pair[];
  readonly members: Members;
  readonly ranges: readonly (readonly [number, number])[];
}): Figures {
  const shares = pairs.map((_, row) => probabilities(verdict.logits, row));
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const isWithin = (top: number) => ranges.some(([from, to]) => top >= from && top <= to);
  const similar = similarities(verdict.features, real);
  const ranks = pairs.map(({ first, second }, row) => [
    rankOf(similar, row, first, members[0]),
    rankOf(similar, row, second, members[1]),
  ]);
  const median = (which: number) => ranks.map((pair) => pair[which] as number).sort((a, b) => a - b)[pairs.length >> 1];
  return {
    animal: mean(shares.map((row) => Number(isWithin(row.indexOf(Math.max(...row)))))),
    both: mean(ranks.map(([a = 1, b = 1]) => Number(a <= NEAREST && b <= NEAREST))),
    probabilities: ranges.map(([from, to]) =>
      mean(shares.map((row) => row.subarray(from, to + 1).reduce((a, b) => a + b, 0))),
    ),
    ranks: [0, 1].map((which) => median(which) ?? 1),
  };
}

/** As `goldpan mix` draws pairs: the means of their codes and, where `isFitted`, moved towards what both photos look like. */
async function halfWay(
  { writeTo, latentDim, classes }: Trained,
  { test, side }: Photos,
  pairs: readonly Pair[],
): Promise<{ readonly fitted: Uint8Array; readonly means: Uint8Array }> {
  const folder = mkdtempSync(join(tmpdir(), 'goldpan-hybrids-'));
  try {
    await writeTo(folder);
    const card = cardOf({ side, latentDim, classes });
    const bytes = (name: string) => readFileSync(join(folder, name));
    const encoder = await openEncoderWith(1)(bytes('encoder.onnx'), card);
    const decoder = await openDecoderWith(1)(bytes('decoder.onnx'), card);
    const likeness = await openLikenessWith(1)({ near: bytes(NEAR_FILE), likeness: bytes(LIKENESS_FILE) }, card);
    const out = { fitted: new Uint8Array(pairs.length * test.size), means: new Uint8Array(pairs.length * test.size) };
    for (const [i, { first, second }] of pairs.entries()) {
      const photos = [first, second].map((row) => test.bytes.subarray(row * test.size, (row + 1) * test.size));
      const labels = Int32Array.of(0, 1);
      const z = await encoder.encode(Buffer.concat(photos), labels);
      const codes = [0, 1].map((label) => ({ z: z.subarray(label * latentDim, (label + 1) * latentDim), label }));
      const latentsOf = (rows: readonly (readonly number[])[]) => meansOf(codes, rows, classes);
      const rows = [[1, 1]];
      const fit = await betweenPhotos({ photos, rows, latentsOf, decoder, likeness, pixels: side * side });
      out.means.set((await decoder.decode(latentsOf(rows))).pixels, i * test.size);
      out.fitted.set((await decoder.decode(fit.latents)).pixels, i * test.size);
    }
    await Promise.all([encoder.close(), decoder.close(), likeness.close()]);
    return out;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the endpoint reads of a card to open its networks. */
function cardOf({ side, latentDim, classes }: { side: number; latentDim: number; classes: number }) {
  const train = { conditional: classes > 0 };
  const labels = Array.from({ length: classes }, (_, label) => String(label));
  const input = { kind: 'image', width: side, height: side, channels: 3 };
  return { input, latentDim, labels, train, latent: null } as unknown as Parameters<OpenEncoder>[1];
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
