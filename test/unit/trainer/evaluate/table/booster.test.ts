import { describe, expect, test } from 'vitest';
import { normals, uniforms } from '#core/base/random.ts';
import type { Cell } from '#core/kinds/table/codec/codec.ts';
import { binningOf } from '../../../../../containers/trainer/evaluate/table/bin-features.ts';
import { areaUnderCurve, trainBooster } from '../../../../../containers/trainer/evaluate/table/booster.ts';

const ROWS = 3000;
const fitted = (cells: Cell[][], targets: Uint8Array) => {
  const half = ROWS / 2;
  const side = (from: number) => cells.map((column) => column.slice(from, from + half));
  const binning = binningOf(side(0));
  const predict = trainBooster(binning(side(0)), targets.slice(0, half));
  return areaUnderCurve(predict(binning(side(half))), targets.slice(half));
};

describe('boosted trees', () => {
  test('learn an interaction that no single column shows', () => {
    const [x, y] = [uniforms(1, 'x', ROWS), uniforms(1, 'y', ROWS)];
    const targets = Uint8Array.from(x, (u, row) => Number(u > 0.5 !== (y[row] as number) > 0.5));
    expect(fitted([[...x], [...y]], targets)).toBeGreaterThan(0.98);
  });

  test('split categories by what they say, not by their order', () => {
    const places = Array.from(uniforms(2, 'place', ROWS), (u) => Math.floor(u * 40));
    const targets = Uint8Array.from(places, (place) => (place * 7919) % 2);
    expect(fitted([places.map((place) => `c${place}`)], targets)).toBeGreaterThan(0.98);
  });

  test('find nothing in noise, and a null where it tells', () => {
    const noise = normals(3, 'noise', ROWS);
    const targets = Uint8Array.from(uniforms(3, 'target', ROWS), (u) => Number(u < 0.4));
    expect(fitted([[...noise]], targets)).toBeCloseTo(0.5, 1);
    expect(fitted([Array.from(noise, (z, row) => (targets[row] ? null : z))], targets)).toBe(1);
  });
});

test('the area under the curve counts ties half', () => {
  expect(areaUnderCurve(Float64Array.of(0.1, 0.4, 0.35, 0.8), Uint8Array.of(0, 0, 1, 1))).toBe(0.75);
  expect(areaUnderCurve(Float64Array.of(1, 1, 1, 1), Uint8Array.of(0, 1, 0, 1))).toBe(0.5);
  expect(areaUnderCurve(Float64Array.of(1, 2), Uint8Array.of(1, 1))).toBe(0.5);
});
