// As many digits as a look at growth needs: where MNIST has no more, they go on as mirror images, which are other pictures.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePng } from '#client/upload/arrays/write-png.ts';
import { writeDigitImages } from '../../cli/demo/digits.ts';
import { DIGIT, readDigits } from '../mnist.ts';

const ALL = 70_000;

/** Throws where twice MNIST's train set is not enough. */
export function writeManyDigits(source: string, folder: string, count: number): void {
  writeDigitImages(source, folder, Math.min(count, ALL));
  const { width, height } = DIGIT;
  const { items, size, bytes, labels } = readDigits('train');
  if (count - ALL > items) throw new Error(`there are ${ALL + items} digits, not ${count}`);
  for (let i = 0; i < count - ALL; i++) {
    const mirrored = bytes.slice(i * size, (i + 1) * size);
    for (let row = 0; row < height; row++) mirrored.subarray(row * width, (row + 1) * width).reverse();
    writeFileSync(join(folder, String(labels[i]), `mirrored-${i}.png`), writePng(mirrored, width, height));
  }
}
