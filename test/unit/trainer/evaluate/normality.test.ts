import { expect, test } from 'vitest';
import { normals } from '#core/base/random.ts';
import { energyDistance } from '../../../../containers/trainer/evaluate/shared/energy-distance.ts';
import type { Matrix } from '../../../../containers/trainer/evaluate/shared/matrix.ts';
import { normality } from '../../../../containers/trainer/evaluate/shared/normality.ts';

const COLUMNS = 8;

function vectors(
  rows: number,
  change: (value: number, column: number, row: number) => number = (value) => value,
): Matrix {
  const drawn = normals(9, 'vectors', rows * COLUMNS);
  const values = drawn.map((value, at) => change(value, at % COLUMNS, Math.floor(at / COLUMNS)));
  return { rows, columns: COLUMNS, values };
}

test('the energy distance of two points on a line is the one worked out by hand', () => {
  const of = (...values: number[]): Matrix => ({ rows: values.length, columns: 1, values: Float32Array.from(values) });
  // 2 x mean(|0-1|, |0-3|, |2-1|, |2-3|) - |0-2| - |1-3| = 2 x 1.5 - 2 - 2
  expect(energyDistance(of(0, 2), of(1, 3))).toBeCloseTo(-1, 6);
  expect(() => energyDistance(of(0), of(1, 3))).toThrow('at least two rows');
});

test.each([20, 200, 1500])('%i normal vectors look normal', (rows) => {
  expect(normality(vectors(rows), 1)).toMatchObject({ rows: Math.min(rows, 1000), isNormal: true });
});

test.each([
  ['shifted by half a deviation', (value: number) => value + 0.5],
  ['half as wide', (value: number) => 0.5 * value],
  ['of one dimension that holds everything', (value: number, column: number) => (column === 0 ? 3 * value : 0)],
  [
    'in two far clusters of the right mean and variance',
    (value: number, _: number, row: number) => 0.3 * value + (row % 2 === 0 ? 0.95 : -0.95),
  ],
])('vectors %s do not', (_what, change) => {
  expect(normality(vectors(600, change), 1).isNormal).toBe(false);
});
