import { describe, expect, test } from 'vitest';
import { normals, uniforms } from '#core/base/random.ts';
import { principalComponents } from '../../../../../containers/trainer/models/audio/principal-components.ts';

const SIZE = 24 * 24;

/** Pictures 128 + the sum of directions, each times a random weight and its scale. */
function pictures(items: number, scales: readonly number[]) {
  const directions = scales.map((_, d) => normals(d, 'direction', SIZE));
  const weights = scales.map((_, d) => uniforms(d, 'weight', items));
  const bytes = new Uint8Array(items * SIZE);
  for (let i = 0; i < items; i++)
    for (let j = 0; j < SIZE; j++) {
      let value = 128;
      for (const [d, scale] of scales.entries())
        value += scale * ((weights[d]?.[i] as number) - 0.5) * (directions[d]?.[j] as number);
      bytes[i * SIZE + j] = Math.round(Math.min(255, Math.max(0, value)));
    }
  return { items, size: SIZE, bytes };
}

/** The greatest difference of the products of the axes from those of an orthonormal basis. */
function worstProduct(axes: Float32Array, components: number): number {
  let worst = 0;
  for (let a = 0; a < components; a++)
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let j = 0; j < SIZE; j++) sum += (axes[a * SIZE + j] as number) * (axes[b * SIZE + j] as number);
      worst = Math.max(worst, Math.abs(sum - Number(a === b)));
    }
  return worst;
}

test('axes are orthonormal, by falling variance, and explain pictures of few directions', () => {
  const found = principalComponents(pictures(200, [60, 30, 15]), 8);
  expect(found.components).toBeGreaterThanOrEqual(3);
  expect(worstProduct(found.axes, found.components)).toBeLessThan(1e-3);
  expect([...found.deviations]).toEqual([...found.deviations].sort((a, b) => b - a));
  // What remains is the rounding to bytes: a variance of 1/12 of a step.
  expect(found.residual).toBeLessThan(2 * (1 / 12 / 255 ** 2));
});

describe.each([
  ['all alike but for one direction', pictures(64, [100])],
  [
    'two different ones only',
    { items: 40, size: SIZE, bytes: new Uint8Array(40 * SIZE).map((_, at) => (Math.floor(at / SIZE) % 2) * 255) },
  ],
  [
    'one different value only',
    { items: 40, size: SIZE, bytes: new Uint8Array(40 * SIZE).map((_, at) => (at === 7 ? 255 : 0)) },
  ],
])('of pictures that are %s', (_, given) => {
  test('components are found', () => {
    const found = principalComponents(given, 32);
    expect(found.components).toBeGreaterThanOrEqual(1);
    expect(found.axes.every(Number.isFinite)).toBe(true);
    expect(worstProduct(found.axes, found.components)).toBeLessThan(1e-3);
  });
});
