// A tiny dataset with a known content: a disc of the class's colour on grey ground, somewhere near the middle.
import { uniforms } from '#core/base/random.ts';
import type { Items } from '../../../../../containers/trainer/data/batches.ts';

export const DISC_IMAGE = { width: 32, height: 32, channels: 3 } as const;
const COLOURS = [
  [200, 60, 40],
  [40, 80, 200],
] as const;

/** Class 0 is red, class 1 blue. */
export function discs(items: number, seed: number): Items<Uint8Array> {
  const { width, height } = DISC_IMAGE;
  const size = width * height * 3;
  const bytes = new Uint8Array(items * size).fill(128);
  const draws = uniforms(seed, 'discs', items * 3);
  const labels = Int32Array.from({ length: items }, (_, i) => i % 2);
  for (let item = 0; item < items; item++) {
    const at = (k: number) => draws[item * 3 + k] as number;
    const [cx, cy, radius] = [12 + 8 * at(0), 12 + 8 * at(1), 6 + 4 * at(2)];
    const colour = COLOURS[labels[item] as 0 | 1];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        if ((x - cx) ** 2 + (y - cy) ** 2 > radius ** 2) continue;
        bytes.set(colour, item * size + (y * width + x) * 3);
      }
  }
  return { items, size, bytes, labels, classes: 2 };
}

/** Mean of red minus mean of blue of each image. */
export function redness(bytes: Uint8Array, items: number): number[] {
  const size = bytes.length / items;
  return Array.from({ length: items }, (_, item) => {
    let sum = 0;
    for (let i = 0; i < size; i += 3)
      sum += (bytes[item * size + i] as number) - (bytes[item * size + i + 2] as number);
    return (3 * sum) / size;
  });
}
