// A small buckets of pictures for the judge: rings and crosses of any size, place and brightness, and a plain feature network.

import { uniforms } from '#core/base/random.ts';
import type { Items, Pixels } from '../../../../containers/trainer/data/batches.ts';
import type { FeatureNet } from '../../../../containers/trainer/evaluate/image/feature-net.ts';
import type { Matrix } from '../../../../containers/trainer/evaluate/shared/matrix.ts';

export const SIDE = 24;
export const SIZE = { width: SIDE, height: SIDE, channels: 1 } as const;
const BYTES = SIDE * SIDE;
const BLOCK = 4;
const BLOCKS = SIDE / BLOCK;

/** Rings are class 0, crosses class 1, in turn. */
export function shapes(items: number, seed: number): Items<Uint8Array> {
  const u = uniforms(seed, 'shapes', items * 5);
  const bytes = new Uint8Array(items * BYTES);
  const labels = Int32Array.from({ length: items }, (_, i) => i % 2);
  for (let item = 0; item < items; item++) {
    const [a, b, c, d, e] = u.subarray(5 * item, 5 * item + 5) as unknown as [number, number, number, number, number];
    const [x, y, radius, light] = [8 + 8 * a, 8 + 8 * b, 4 + 3.5 * c, 120 + 130 * d];
    for (let at = 0; at < BYTES; at++) {
      const [dx, dy] = [(at % SIDE) - x, Math.floor(at / SIDE) - y];
      const ring = Math.abs(Math.hypot(dx, dy) - radius);
      const cross = Math.max(Math.min(Math.abs(dx), Math.abs(dy)), Math.hypot(dx, dy) - radius);
      const ink = Math.max(0, 1 - Math.max(0, (labels[item] === 0 ? ring : cross) - 0.8 - 0.6 * e));
      bytes[item * BYTES + at] = Math.round(light * ink);
    }
  }
  return { items, size: BYTES, bytes, labels, classes: 2 };
}

/** Means and edge energies of blocks: enough to see shape, place and sharpness. */
export function plainFeatures({ items, bytes }: Pixels): Matrix {
  const columns = 3 * BLOCKS * BLOCKS;
  const values = new Float32Array(items * columns);
  for (let item = 0; item < items; item++)
    for (let at = 0; at < BYTES; at++) {
      const [x, y] = [at % SIDE, Math.floor(at / SIDE)];
      const block = Math.floor(y / BLOCK) * BLOCKS + Math.floor(x / BLOCK);
      const value = (dx: number, dy: number) =>
        (bytes[item * BYTES + Math.min(y + dy, SIDE - 1) * SIDE + Math.min(x + dx, SIDE - 1)] as number) / 255;
      const start = item * columns + 3 * block;
      const add = (column: number, amount: number) => {
        values[start + column] = (values[start + column] as number) + amount / BLOCK;
      };
      add(0, value(0, 0));
      add(1, Math.abs(value(1, 0) - value(0, 0)));
      add(2, Math.abs(value(0, 1) - value(0, 0)));
    }
  return { rows: items, columns, values };
}

/** Tells rings from crosses by the ink in the middle of the shape; `blind` sees nothing at all. */
export function plainNet({ blind = false } = {}): FeatureNet {
  return {
    facts: {
      sha256: 'plain',
      learnedFrom: 'labels',
      classes: 2,
      dimensions: 108,
      steps: 0,
      accuracy: blind ? 0.5 : 0.97,
    },
    features: (pixels) => {
      const seen = plainFeatures(pixels);
      return blind ? { ...seen, values: seen.values.map((_, i) => 1e-3 * Math.sin(i)) } : seen;
    },
    classify: (pixels) => Int32Array.from({ length: pixels.items }, (_, item) => (isCross(pixels, item) ? 1 : 0)),
    dispose: () => {},
  };
}

/** A cross has its ink near its centre of mass, a ring has none there. */
function isCross({ bytes }: Pixels, item: number): boolean {
  let [sum, x, y] = [0, 0, 0];
  for (let at = 0; at < BYTES; at++) {
    const ink = bytes[item * BYTES + at] as number;
    sum += ink;
    x += ink * (at % SIDE);
    y += ink * Math.floor(at / SIDE);
  }
  const [centreX, centreY] = [Math.round(x / Math.max(sum, 1)), Math.round(y / Math.max(sum, 1))];
  const mean = sum / BYTES;
  return (bytes[item * BYTES + centreY * SIDE + centreX] ?? 0) > 2 * mean;
}
