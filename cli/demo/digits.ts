// The MNIST digits as a folder a person could have made: one folder a class, and a handful of files that went wrong.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { readIdx } from '#client/upload/arrays/read-idx.ts';
import { writePng } from '#client/upload/arrays/write-png.ts';

const FILES = [
  ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'],
  ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'],
] as const;
/** Written last: a folder without it is not whole and is written anew. */
const COMPLETE = '.complete';

export type Digits = { readonly folder: string; readonly digits: number; readonly badFiles: number };

/** Writes the first `count` of all 70,000 digits. Does nothing if they already exist. */
export function writeDigitImages(source: string, folder: string, count: number): Digits {
  const marker = join(folder, '..', `${COMPLETE}-${count}`);
  if (existsSync(marker) && existsSync(folder))
    return { folder, digits: count, badFiles: Number(readFileSync(marker, 'utf8')) };
  rmSync(folder, { recursive: true, force: true });
  for (let label = 0; label < 10; label++) mkdirSync(join(folder, String(label)), { recursive: true });
  let written = 0;
  for (const [images, labels] of FILES) {
    const { shape, values } = readIdx(readFileSync(join(source, images)));
    const classes = readIdx(readFileSync(join(source, labels))).values;
    const [items = 0, height = 0, width = 0] = shape;
    for (let i = 0; i < items && written < count; i++, written++) {
      const pixels = values.subarray(i * width * height, (i + 1) * width * height);
      const name = `${String(written).padStart(5, '0')}.png`;
      writeFileSync(join(folder, String(classes[i]), name), writePng(pixels, width, height));
    }
  }
  const badFiles = addBadFiles(folder);
  writeFileSync(marker, String(badFiles));
  return { folder, digits: written, badFiles };
}

/**
 * Adds files as they occur in real folders. The duplicates are valid images; they are found when a snapshot is made.
 */
function addBadFiles(folder: string): number {
  const sevens = join(folder, '7');
  const original = readdirSync(sevens).sort()[0] ?? '';
  const picture = readFileSync(join(sevens, original));
  const bad = {
    'cut-off.png': picture,
    'empty.png': '',
    'notes.png': 'These are the digits that Ann drew in March.\n',
    'page.jpg': '<!doctype html><title>404</title>',
  };
  for (const [name, content] of Object.entries(bad)) writeFileSync(join(sevens, name), content);
  truncateSync(join(sevens, 'cut-off.png'), Math.floor(picture.length * 0.6));
  for (const copy of ['Copy of ', '(2) ']) copyFileSync(join(sevens, original), join(sevens, `${copy}${original}`));
  return Object.keys(bad).length;
}
