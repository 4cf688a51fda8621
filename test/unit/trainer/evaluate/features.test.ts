// References: numpy 2 and scipy, with the formulas of torch-fidelity and prdc, on the same numbers.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fid } from '../../../../containers/trainer/evaluate/shared/fid.ts';
import { kid, kidInterval } from '../../../../containers/trainer/evaluate/shared/kid.ts';
import { firstRows } from '../../../../containers/trainer/evaluate/shared/matrix.ts';
import { neighbourhood } from '../../../../containers/trainer/evaluate/shared/neighbours.ts';
import { openSelection } from '../../../../containers/trainer/evaluate/shared/selection.ts';
import { features } from './sequence.ts';

const REAL = features(60, 8, 1);
const OTHER = features(50, 8, 2, 0.3, 1.2);

describe('against independent implementations', () => {
  test('KID', () => expect(kid(REAL, OTHER)).toBeCloseTo(0.4260361682578435, 6));
  test('FID', () => expect(fid(REAL, OTHER)).toBeCloseTo(1.3690402814194105, 5));
  test('precision, recall, density and coverage', () => {
    const { precision, recall, density, coverage } = neighbourhood(REAL, OTHER);
    expect([precision, recall, density, coverage]).toEqual(
      [0.54, 53 / 60, 0.4066666666666666, 0.5].map((value) => expect.closeTo(value, 10)),
    );
  });
});

describe('what the distances mean', () => {
  const alike = features(150, 8, 3);
  const alikeToo = features(150, 8, 4);
  const shifted = features(150, 8, 5, 0.5);

  test('sets of one distribution are at about 0, others further away the more they differ', () => {
    const [near, far] = [kidInterval(alike, alikeToo, 1), kidInterval(alike, shifted, 1)];
    expect(near.low).toBeLessThan(0);
    expect(near.high).toBeGreaterThan(0);
    expect(near.high).toBeLessThan(far.low);
    expect(fid(alike, alikeToo)).toBeLessThan(fid(alike, shifted));
    const distance = kid(alike, shifted);
    expect(distance).toBeGreaterThan(far.low);
    expect(distance).toBeLessThan(far.high);
  });

  test('an interval is the same for the same seed, and refuses more than it can hold', () => {
    expect(kidInterval(REAL, OTHER, 7)).toEqual(kidInterval(REAL, OTHER, 7));
    expect(kidInterval(REAL, OTHER, 7)).not.toEqual(kidInterval(REAL, OTHER, 8));
    expect(() => kidInterval(features(2001, 1, 1), REAL, 1)).toThrow(/2000/);
  });

  test('a set against itself: FID 0, every item recalled', () => {
    expect(fid(REAL, REAL)).toBeCloseTo(0, 6);
    expect(neighbourhood(REAL, REAL)).toMatchObject({ precision: 1, recall: 1, coverage: 1 });
  });

  test('one item drawn again and again is precise and recalls little', () => {
    const same = firstRows(REAL, 1);
    const collapsed = {
      rows: 60,
      columns: 8,
      values: Float32Array.from({ length: 480 }, (_, i) => same.values[i % 8] as number),
    };
    const { precision, recall } = neighbourhood(REAL, collapsed);
    expect(precision).toBe(1);
    expect(recall).toBe(0);
  });

  test('order does not matter, nor which side is which for the distances', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 4, max: 40 }), (seed, rows) => {
        const [a, b] = [features(rows, 3, seed), features(rows + 3, 3, seed + 1, 0.2)];
        expect(kid(a, b)).toBeCloseTo(kid(b, a), 8);
        expect(fid(a, b)).toBeCloseTo(fid(b, a), 5);
        const { precision, recall } = neighbourhood(a, b);
        const turned = neighbourhood(b, a);
        expect([precision, recall]).toEqual([turned.recall, turned.precision]);
      }),
      { numRuns: 20 },
    );
  });

  test('too few rows are said', () => {
    expect(() => kid(firstRows(REAL, 1), OTHER)).toThrow(/two images/);
    expect(() => fid(firstRows(REAL, 1), OTHER)).toThrow(/two images/);
    expect(() => neighbourhood(firstRows(REAL, 3), OTHER)).toThrow(/3 items/);
    expect(() => kid(REAL, features(5, 7, 1))).toThrow(/8 and of 7/);
  });
});

test('the selection takes the features of the validation split once, and prefers what is like it', () => {
  let asked = 0;
  const extract = ({ items, size, bytes }: { items: number; size: number; bytes: Uint8Array }) => {
    asked += 1;
    return { rows: items, columns: size, values: Float32Array.from(bytes, (byte) => byte / 255) };
  };
  const pixels = (items: number, value: (i: number) => number) => ({
    items,
    size: 2,
    bytes: Uint8Array.from({ length: items * 2 }, (_, i) => value(i)),
  });
  const selection = openSelection(
    pixels(20, (i) => (i * 37) % 200),
    extract,
  );
  expect(selection.items).toBe(20);
  const near = selection.score(pixels(20, (i) => (i * 41) % 200));
  const far = selection.score(pixels(20, () => 255));
  expect(near).toBeLessThan(far);
  expect(asked).toBe(3);
});
