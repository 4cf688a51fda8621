// Which rows of a batch the critics' stage decodes, and what those between two photos are charged.
import { expect, test } from 'vitest';
import { tf } from '../../../../../containers/trainer/engine/tensorflow.ts';
import type { Params, TraceContext } from '../../../../../containers/trainer/engine/types.ts';
import { momentShapes } from '../../../../../containers/trainer/models/photo/code-moments.ts';
import { decodedRows } from '../../../../../containers/trainer/models/photo/decoded-rows.ts';
import { betweenLoss, sharedShift } from '../../../../../containers/trainer/models/photo/perceptual-loss.ts';

const DIM = 2;
const SHARE = 0.25;
const params: Params = Object.fromEntries(
  Object.entries(momentShapes(DIM, 2)).map(([name, shape]) => [name, tf.zeros([...shape])]),
);

function context(uniform: number): TraceContext {
  return {
    uniform: (shape: readonly number[]) => tf.fill([...shape], uniform),
    normal: (shape: readonly number[]) => tf.zeros([...shape]),
  } as unknown as TraceContext;
}

/** Photo i has the code [i, -i] and the class i mod 2; what was drawn from its posterior is 100 more. */
function decoded(batch: number) {
  return tf.tidy(() => {
    const zMean = tf.tensor2d(Array.from({ length: batch }, (_, i) => [i, -i]));
    const label = tf.tensor2d(Array.from({ length: batch }, (_, i) => [1 - (i % 2), i % 2]));
    const rows = decodedRows(params, {
      latent: { zMean, zLogVar: tf.zerosLike(zMean) },
      z: tf.add(zMean, 100),
      label,
      context: context(SHARE),
    });
    return { ...rows, codes: rows.codes.arraySync() as number[][], label: rows.label?.arraySync() as number[][] };
  });
}

test('half of a batch is read again, a quarter is drawn near photos, a quarter lies between two', () => {
  const { codes, label, again, between } = decoded(8);
  expect([codes.length, again, between]).toEqual([8, 4, 2]);
  expect(codes.slice(0, 4)).toEqual([0, 1, 2, 3].map((i) => [100 + i, 100 - i]));
  // Without moments the mean is 0; noise of 0 leaves half of what the photo deviates by.
  expect(codes.slice(4, 6)).toEqual([4, 5].map((i) => [expect.closeTo(i / 2, 5), expect.closeTo(-i / 2, 5)]));
  // Between photos 0 and 2 and photos 1 and 3: a quarter of the way.
  expect(codes.slice(6)).toEqual([
    [0.5, -0.5],
    [1.5, -1.5],
  ]);
  expect(label.slice(6)).toEqual([
    [1, 0],
    [0, 1],
  ]);
});

test('a class between two has a share of both', () => {
  const { label } = decoded(4);
  expect(label[3]).toEqual([0.75, 0.25]);
});

test.each([1, 2, 3])('of a batch of %i nothing lies between', (batch) => {
  const { codes, between, share } = decoded(batch);
  expect([codes.length, between, share]).toEqual([batch, 0, undefined]);
});

test('what lies between is charged the more for its distance from a photo, the nearer to it it shall be', () => {
  const maps = (angle: number) =>
    Array.from({ length: 5 }, () => tf.tensor4d([10 * Math.cos(angle), 10 * Math.sin(angle)], [1, 1, 1, 2]));
  const [first, second] = [maps(0), maps(1)];
  const charged = (angle: number, share: number) =>
    betweenLoss(maps(angle), { first, second, share: tf.tensor2d([[share]]) }).dataSync()[0] as number;
  expect(charged(0, 0)).toBeCloseTo(0, 5);
  expect(charged(1, 1)).toBeCloseTo(0, 5);
  expect(charged(0.5, 0.5)).toBeLessThan(charged(0, 0.5));
  expect(charged(0, 0.2)).toBeLessThan(charged(1, 0.2));
});

test('the shared shift moves by up to three pixels, round the edge', () => {
  const image = tf.tensor4d([...Array(16).keys()], [1, 4, 4, 1]);
  const moved = sharedShift(context(0))(image).dataSync();
  // Down and right by 1 + 2 pixels: what was at row 1, column 1 is at row 0, column 0.
  expect([...moved.slice(0, 4)]).toEqual([5, 6, 7, 4]);
  expect([...sharedShift(context(0.9))(image).dataSync()]).toEqual([...image.dataSync()]);
});
